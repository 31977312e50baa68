package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/** Our own C library, which the build makes where it finds a C compiler. */
final class NativeLibrary {
  private static final @Nullable SymbolLookup SYMBOLS = load();
  private static final @Nullable MethodHandle ISA = link("tributary_isa", JAVA_INT);
  private static final @Nullable MethodHandle ROW_MAXIMA =
      link("tributary_row_maxima", null, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final @Nullable MethodHandle COLUMN_MAXIMA =
      link("tributary_column_maxima", null, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final @Nullable MethodHandle LARGEST =
      link("tributary_largest", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final @Nullable MethodHandle QUANTIZE =
      link("tributary_quantize", null, ADDRESS, ADDRESS);
  private static final @Nullable MethodHandle VALUES =
      link("tributary_values", null, ADDRESS, JAVA_LONG, JAVA_FLOAT, ADDRESS);
  private static final @Nullable MethodHandle QUANTIZE_LARGEST =
      link("tributary_quantize_largest", JAVA_INT, ADDRESS, ADDRESS);
  private static final @Nullable MethodHandle TRANSPOSE =
      link("tributary_transpose", null, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final @Nullable MethodHandle ORDERS =
      link("tributary_orders", JAVA_INT, ADDRESS, ADDRESS);
  private static final @Nullable MethodHandle SCRATCH =
      link("tributary_scratch", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  private static final @Nullable MethodHandle GEMM =
      link(
          "tributary_gemm",
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          ADDRESS,
          JAVA_DOUBLE,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS);

  private NativeLibrary() {}

  /** Whether the library is there and could be loaded. */
  static boolean available() {
    return SYMBOLS != null;
  }

  /** The best instruction set of this processor, an ordinal of {@link InstructionSet}. */
  static int isa() {
    try {
      return (int) there(ISA).invokeExact();
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@link Loops#maxima}. */
  static void maxima(
      Axis axis, MemorySegment values, long rows, long columns, MemorySegment maxima) {
    try {
      if (axis == Axis.ROWS) {
        there(ROW_MAXIMA).invokeExact(values, rows, columns, maxima);
      } else {
        there(COLUMN_MAXIMA).invokeExact(values, rows, columns, maxima);
      }
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@link Loops#largest}. */
  static int largest(MemorySegment values, long count) {
    try {
      return (int) there(LARGEST).invokeExact(values, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@link Loops#codes}. */
  static void quantize(MemorySegment operand, MemorySegment codes) {
    try {
      there(QUANTIZE).invokeExact(operand, codes);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@link Codes#values}. */
  static void values(MemorySegment codes, long count, float scale, MemorySegment to) {
    try {
      there(VALUES).invokeExact(codes, count, scale, to);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@link Loops#codesAndLargest}. */
  static int quantizeLargest(MemorySegment operand, MemorySegment codes) {
    try {
      return (int) there(QUANTIZE_LARGEST).invokeExact(operand, codes);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** {@link Loops#transpose}. */
  static void transpose(MemorySegment from, long count, long rows, long columns, MemorySegment to) {
    try {
      there(TRANSPOSE).invokeExact(from, count, rows, columns, to);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Whether a product orders its terms by group. */
  static boolean orders(MemorySegment a, MemorySegment b) {
    try {
      return (int) there(ORDERS).invokeExact(a, b) != 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** The bytes of scratch memory that a product wants on the calling thread. */
  static long scratch(int isa, MemorySegment a, MemorySegment b) {
    try {
      return (long) there(SCRATCH).invokeExact(isa, a, b);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /**
   * A product times a factor plus bias, which may be c; {@code c} takes floats, or where it is NULL
   * {@code exact} the 64-bit sums.
   *
   * @return the bits of the largest magnitude that c has where it was added to; else 0
   */
  static int gemm(
      int isa,
      MemorySegment a,
      MemorySegment b,
      double factor,
      MemorySegment bias,
      MemorySegment c,
      MemorySegment exact,
      MemorySegment scratch) {
    try {
      return (int) there(GEMM).invokeExact(isa, a, b, factor, bias, c, exact, scratch);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** The function, if it was built. */
  static MethodHandle there(@Nullable MethodHandle function) {
    if (function == null) {
      throw new IllegalStateException(
          "the native integer kernels were not built; install a C compiler and build again, or use"
              + " another tier");
    }
    return function;
  }

  /** What a failed call is thrown as. */
  static IllegalStateException failed(Throwable cause) {
    return cause instanceof IllegalStateException known
        ? known
        : new IllegalStateException("a native integer kernel could not be called", cause);
  }

  /** A function of the library, which has all of them; null where it is not there. */
  @SuppressWarnings("restricted")
  static @Nullable MethodHandle link(
      String function, @Nullable ValueLayout result, ValueLayout... parameters) {
    if (SYMBOLS == null) {
      return null;
    }
    FunctionDescriptor type =
        result == null
            ? FunctionDescriptor.ofVoid(parameters)
            : FunctionDescriptor.of(result, parameters);
    return Linker.nativeLinker().downcallHandle(SYMBOLS.find(function).orElseThrow(), type);
  }

  @SuppressWarnings("restricted")
  private static @Nullable SymbolLookup load() {
    String file = System.mapLibraryName("tributary-integer");
    URL library = NativeLibrary.class.getResource(Loader.getPlatform() + "/" + file);
    if (library == null) {
      return null;
    }
    // First ND4J with its OpenMP, so that all libraries share one and its number of threads.
    Nd4j.getBackend();
    try {
      return SymbolLookup.libraryLookup(Loader.cacheResource(library).toPath(), Arena.global());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the integer kernels from " + library, e);
    } catch (IllegalArgumentException e) {
      // Built for another system: the other tiers will do.
      return null;
    }
  }
}
