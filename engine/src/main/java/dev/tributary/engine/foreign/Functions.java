package dev.tributary.engine.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The functions of a C library, called by name: the types of their parameters are those of the
 * arguments of the first call. Safe for several threads at once.
 */
public final class Functions {
  private final String library;
  private final SymbolLookup symbols;
  private final ConcurrentHashMap<String, MethodHandle> handles = new ConcurrentHashMap<>();

  /**
   * The functions that {@code symbols} finds.
   *
   * @param library its name, for messages
   */
  public Functions(String library, SymbolLookup symbols) {
    this.library = library;
    this.symbols = symbols;
  }

  /**
   * Calls a function. Not for hot paths: arguments are boxed.
   *
   * @param result the type of what it returns
   * @param arguments each an Integer, Long, Float or MemorySegment, which is passed by address
   */
  public Object call(String function, MemoryLayout result, Object... arguments) {
    MethodHandle handle =
        handles.computeIfAbsent(function, f -> link(f, descriptor(result, arguments)));
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function + " could not be called", e);
    }
  }

  /** A function, for callers that keep the handle. */
  @SuppressWarnings("restricted")
  public MethodHandle link(String function, FunctionDescriptor type) {
    MemorySegment symbol =
        symbols
            .find(function)
            .orElseThrow(() -> new IllegalStateException(library + " has no function " + function));
    return Linker.nativeLinker().downcallHandle(symbol, type);
  }

  private static FunctionDescriptor descriptor(MemoryLayout result, Object[] arguments) {
    MemoryLayout[] parameters =
        Arrays.stream(arguments).map(Functions::layout).toArray(MemoryLayout[]::new);
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
}
