package dev.tributary.engine.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * oneDNN's C interface: {@code int function(...)} with 0 for success. ND4J's library has an older
 * oneDNN inside; this one is looked up by its own path, so the two never meet.
 */
final class Library {
  private static final String FOLDER = "org/bytedeco/dnnl/" + Loader.getPlatform() + "/";
  private static final int SUCCESS = 0;

  private static final @Nullable SymbolLookup SYMBOLS = load();
  private static final ConcurrentHashMap<String, MethodHandle> HANDLES = new ConcurrentHashMap<>();

  private Library() {}

  /** Whether the library is there and could be loaded. */
  static boolean available() {
    return SYMBOLS != null;
  }

  /** Calls a function for its effect. Not for hot paths: arguments are boxed. */
  static void call(String function, Object... arguments) {
    int status = status(function, arguments);
    if (status != SUCCESS) {
      throw new OneDnnException(function, status);
    }
  }

  /** Calls a function whose first parameter is where it writes a handle, and returns that. */
  static MemorySegment create(String function, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      Object[] all = new Object[arguments.length + 1];
      all[0] = out;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      call(function, all);
      return out.get(ValueLayout.ADDRESS, 0);
    }
  }

  /** Calls a function that returns a handle, a size or a truth value instead of a status. */
  static Object get(String function, MemoryLayout result, Object... arguments) {
    return invoke(handle(function, result, arguments), function, arguments);
  }

  private static int status(String function, Object... arguments) {
    return (int) get(function, ValueLayout.JAVA_INT, arguments);
  }

  private static MethodHandle handle(String function, MemoryLayout result, Object[] arguments) {
    return HANDLES.computeIfAbsent(function, f -> link(f, descriptor(result, arguments)));
  }

  private static FunctionDescriptor descriptor(MemoryLayout result, Object[] arguments) {
    MemoryLayout[] parameters =
        Arrays.stream(arguments).map(Library::layout).toArray(MemoryLayout[]::new);
    return FunctionDescriptor.of(result, parameters);
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case Integer _ -> ValueLayout.JAVA_INT;
      case Long _ -> ValueLayout.JAVA_LONG;
      case Float _ -> ValueLayout.JAVA_FLOAT;
      case MemorySegment _ -> ValueLayout.ADDRESS;
      default -> throw new IllegalArgumentException("no native type for " + argument.getClass());
    };
  }

  /** A function of the library, for callers that keep the handle. */
  @SuppressWarnings("restricted")
  static MethodHandle link(String function, FunctionDescriptor type) {
    if (SYMBOLS == null) {
      throw new IllegalStateException("oneDNN is not there; ask Library.available() first");
    }
    MemorySegment symbol =
        SYMBOLS
            .find(function)
            .orElseThrow(() -> new IllegalStateException("oneDNN has no function " + function));
    return Linker.nativeLinker().downcallHandle(symbol, type);
  }

  private static Object invoke(MethodHandle handle, String function, Object[] arguments) {
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function + " could not be called", e);
    }
  }

  @SuppressWarnings("restricted")
  private static @Nullable SymbolLookup load() {
    // First ND4J with its OpenMP, so that both libraries share one and its number of threads.
    Nd4j.getBackend();
    for (String file : new String[] {"libdnnl.so.3", "libdnnl.3.dylib", "dnnl.dll"}) {
      URL library = Library.class.getClassLoader().getResource(FOLDER + file);
      if (library == null) {
        continue;
      }
      try {
        for (String runtime : new String[] {"libgomp.so.1", "libomp.dylib", "vcomp140.dll"}) {
          URL openMp = Library.class.getClassLoader().getResource(FOLDER + runtime);
          if (openMp != null) {
            Loader.cacheResource(openMp);
          }
        }
        Path path = Loader.cacheResource(library).toPath();
        return SymbolLookup.libraryLookup(path, Arena.global());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unpack oneDNN from " + library, e);
      } catch (IllegalArgumentException e) {
        // The file is there but this system cannot load it: the slower kernels will do.
        return null;
      }
    }
    return null;
  }
}
