package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The BLAS and OpenMP libraries that ND4J has loaded, called directly: ND4J's own matrix product
 * costs microseconds per call and copies for some orders of the operands.
 */
final class Blas {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private static final @Nullable MethodHandle SGEMM;
  private static final @Nullable MethodHandle OPENBLAS_THREADS;
  private static final @Nullable MethodHandle OPENMP_THREADS;

  static {
    // Loads the native libraries, so that their symbols can be found.
    Nd4j.getBackend();
    ValueLayout.OfInt i = ValueLayout.JAVA_INT;
    ValueLayout.OfFloat f = ValueLayout.JAVA_FLOAT;
    ValueLayout p = ValueLayout.ADDRESS;
    SGEMM =
        find("cblas_sgemm", FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i));
    OPENBLAS_THREADS = find("openblas_set_num_threads", FunctionDescriptor.ofVoid(i));
    OPENMP_THREADS = find("omp_set_num_threads", FunctionDescriptor.ofVoid(i));
  }

  private Blas() {}

  /** Whether a matrix product was found. */
  static boolean available() {
    return SGEMM != null;
  }

  /** Row-major {@code c = op(a) op(b)}; every tensor is a dense matrix. */
  static void sgemm(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
    int m = c.shape().axis(0);
    int n = c.shape().axis(1);
    int k = a.shape().axis(transposeA ? 0 : 1);
    sgemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        a.memory(),
        a.shape().axis(1),
        b.memory(),
        b.shape().axis(1),
        0f,
        c.memory(),
        c.shape().axis(1));
  }

  /** Row-major {@code c = op(a) op(b) + beta c}; op(a) is m x k, op(b) k x n; strides of rows. */
  static void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      int rowA,
      MemorySegment b,
      int rowB,
      float beta,
      MemorySegment c,
      int rowC) {
    if (SGEMM == null) {
      throw new IllegalStateException(
          "no cblas_sgemm among the loaded libraries; use kernels = nd4j instead of cpu");
    }
    try {
      SGEMM.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSED : PLAIN,
          transposeB ? TRANSPOSED : PLAIN,
          m,
          n,
          k,
          1f,
          a,
          rowA,
          b,
          rowB,
          beta,
          c,
          rowC);
    } catch (Throwable e) {
      throw new IllegalStateException("cblas_sgemm could not be called", e);
    }
  }

  /**
   * Threads for native code called from this thread: OpenMP's setting (which oneDNN follows) is the
   * calling thread's own, OpenBLAS's is the process's.
   */
  static void useThreads(int threads) {
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    call(OPENBLAS_THREADS, threads);
    call(OPENMP_THREADS, threads);
  }

  /** The name of the processor that OpenBLAS chose its kernels for, or "unknown". */
  static String coreName() {
    MethodHandle name = find("openblas_get_corename", FunctionDescriptor.of(ValueLayout.ADDRESS));
    return name == null ? "unknown" : text(name);
  }

  @SuppressWarnings("restricted")
  private static String text(MethodHandle function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = (MemorySegment) function.invokeExact();
      return address.reinterpret(64, arena, null).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("OpenBLAS could not be asked for its processor", e);
    }
  }

  private static void call(@Nullable MethodHandle function, int argument) {
    if (function == null) {
      return;
    }
    try {
      function.invokeExact(argument);
    } catch (Throwable e) {
      throw new IllegalStateException("the number of native threads could not be set", e);
    }
  }

  @SuppressWarnings("restricted")
  private static @Nullable MethodHandle find(String name, FunctionDescriptor type) {
    Optional<MemorySegment> symbol = SymbolLookup.loaderLookup().find(name);
    return symbol.map(s -> Linker.nativeLinker().downcallHandle(s, type)).orElse(null);
  }
}
