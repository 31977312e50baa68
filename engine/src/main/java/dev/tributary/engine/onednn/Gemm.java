package dev.tributary.engine.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * oneDNN's plain matrix products, row-major and without formats: {@code C = op(A) op(B)}, op(A) m x
 * k, op(B) k x n, each matrix dense. They use the threads that OpenMP gives the caller.
 */
public final class Gemm {
  private static final MethodHandle SGEMM =
      Library.link(
          "dnnl_sgemm",
          FunctionDescriptor.of(
              JAVA_INT,
              JAVA_BYTE,
              JAVA_BYTE,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_FLOAT,
              ADDRESS,
              JAVA_LONG,
              ADDRESS,
              JAVA_LONG,
              JAVA_FLOAT,
              ADDRESS,
              JAVA_LONG));
  private static final MethodHandle U8S8S32 =
      Library.link(
          "dnnl_gemm_u8s8s32",
          FunctionDescriptor.of(
              JAVA_INT,
              JAVA_BYTE,
              JAVA_BYTE,
              JAVA_BYTE,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG,
              JAVA_FLOAT,
              ADDRESS,
              JAVA_LONG,
              JAVA_BYTE,
              ADDRESS,
              JAVA_LONG,
              JAVA_BYTE,
              JAVA_FLOAT,
              ADDRESS,
              JAVA_LONG,
              ADDRESS));
  private static final MemorySegment ZERO = Arena.global().allocate(Integer.BYTES, 4);

  private Gemm() {}

  /** A product of float32. */
  public static void floats(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c) {
    try {
      int status =
          (int)
              SGEMM.invokeExact(
                  letter(transposeA),
                  letter(transposeB),
                  (long) m,
                  (long) n,
                  (long) k,
                  1f,
                  a,
                  (long) (transposeA ? m : k),
                  b,
                  (long) (transposeB ? k : n),
                  0f,
                  c,
                  (long) n);
      check("dnnl_sgemm", status);
    } catch (Throwable e) {
      throw failed("dnnl_sgemm", e);
    }
  }

  /**
   * A product of unsigned bytes, from each of which {@code offset} is taken, with signed ones; into
   * 32-bit sums. Without VNNI, pairs of products are summed in 16 bits, saturating.
   */
  public static void bytes(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      byte offset,
      MemorySegment b,
      MemorySegment c) {
    try {
      int status =
          (int)
              U8S8S32.invokeExact(
                  letter(transposeA),
                  letter(transposeB),
                  (byte) 'F',
                  (long) m,
                  (long) n,
                  (long) k,
                  1f,
                  a,
                  (long) (transposeA ? m : k),
                  offset,
                  b,
                  (long) (transposeB ? k : n),
                  (byte) 0,
                  0f,
                  c,
                  (long) n,
                  ZERO);
      check("dnnl_gemm_u8s8s32", status);
    } catch (Throwable e) {
      throw failed("dnnl_gemm_u8s8s32", e);
    }
  }

  private static byte letter(boolean transpose) {
    return (byte) (transpose ? 'T' : 'N');
  }

  private static void check(String function, int status) {
    if (status != 0) {
      throw new OneDnnException(function, status);
    }
  }

  private static RuntimeException failed(String function, Throwable cause) {
    return cause instanceof OneDnnException known
        ? known
        : new IllegalStateException(function + " could not be called", cause);
  }
}
