package dev.tributary.engine.onednn;

import dev.tributary.engine.foreign.Functions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.nio.file.Path;
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

  private static final @Nullable Functions FUNCTIONS = load();

  private Library() {}

  /** Whether the library is there and could be loaded. */
  static boolean available() {
    return FUNCTIONS != null;
  }

  /** Calls a function for its effect. Not for hot paths: arguments are boxed. */
  static void call(String function, Object... arguments) {
    int status = (int) get(function, ValueLayout.JAVA_INT, arguments);
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
    return there().call(function, result, arguments);
  }

  /** A function of the library, for callers that keep the handle. */
  static MethodHandle link(String function, FunctionDescriptor type) {
    return there().link(function, type);
  }

  private static Functions there() {
    if (FUNCTIONS == null) {
      throw new IllegalStateException("oneDNN is not there; ask Library.available() first");
    }
    return FUNCTIONS;
  }

  @SuppressWarnings("restricted")
  private static @Nullable Functions load() {
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
        return new Functions("oneDNN", SymbolLookup.libraryLookup(path, Arena.global()));
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
