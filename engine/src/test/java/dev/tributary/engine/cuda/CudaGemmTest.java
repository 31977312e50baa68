package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels' arithmetic on the processor, to the bit, and the memory that products take. */
class CudaGemmTest {
  static List<GemmCases.Case> cases() {
    return GemmCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithAPlainLoop(GemmCases.Case c) {
    CudaDevice device = GpuOnCpu.device();
    GemmCases.compare(new CudaGemm(device), c);
    assertThat(GpuOnCpu.used()).isZero();
    assertThat(device.budget().freeBytes()).isEqualTo(device.budget().bytes());
  }

  @Test
  void sumsTurnTo64BitsAtTheLastTermThatMayOverflow() {
    // 127 * 127 * 2^3 * k is at most 2^31 - 1 up to k = 16,643.
    for (int k : new int[] {16_643, 16_644}) {
      byte[] codes = new byte[k];
      byte[] weights = new byte[k];
      java.util.Arrays.fill(codes, (byte) 127);
      java.util.Arrays.fill(weights, (byte) 3);
      CodeMatrix a = matrix(codes, weights);
      CodeMatrix b = matrix(codes, new byte[0]);
      assertThat(TermPlan.of(a, b).narrow()).isEqualTo(k == 16_643);
      long[] sum = new long[1];
      new CudaGemm(GpuOnCpu.device()).sums(a, b, sum);
      assertThat(sum).containsExactly(129_032L * k);
    }
  }

  @Test
  void aProductThatTheMemoryCannotHoldIsRefused() {
    // 64 MiB, of which products get 56.
    CudaGemm gemm = new CudaGemm(GpuOnCpu.device());
    CodeMatrix tall = new CodeMatrix(bytes(8192), 8192, 1, false, new byte[0], 7, new double[] {1});
    MemorySegment c = Arena.ofAuto().allocate(4L * 8192 * 8192);
    assertThatThrownBy(() -> gemm.multiply(tall, tall, MemorySegment.NULL, c))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8192 x 1 x 8192 wants 258 MiB on No GPU")
        .hasMessageContaining("56 MiB");
    assertThat(GpuOnCpu.used()).isZero();
  }

  @Test
  void memoryThatAnotherProcessHasTakenIsSaidToBeTaken() {
    CudaDevice device = GpuOnCpu.device();
    Driver driver = device.enter();
    long taken = driver.allocate(60L << 20);
    CodeMatrix tall = new CodeMatrix(bytes(1500), 1500, 1, false, new byte[0], 7, new double[] {1});
    MemorySegment c = Arena.ofAuto().allocate(4L * 1500 * 1500);
    assertThatThrownBy(() -> new CudaGemm(device).multiply(tall, tall, MemorySegment.NULL, c))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("1500 x 1 x 1500 wants")
        .hasMessageContaining("4194304 are free: cuMemAlloc_v2 failed: out of memory")
        .hasMessageContaining("CUDA_VISIBLE_DEVICES");
    driver.free(taken);
    assertThat(device.budget().freeBytes()).isEqualTo(device.budget().bytes());
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    CudaGemm gemm = new CudaGemm(GpuOnCpu.device());
    CodeMatrix a = new CodeMatrix(bytes(6), 2, 3, false, new byte[0], 7, new double[] {1});
    CodeMatrix b = new CodeMatrix(bytes(8), 4, 2, true, new byte[0], 7, new double[] {1});
    assertThatThrownBy(() -> gemm.sums(a, b, new long[4])).hasMessageContaining("2 x 3 and 4 x 2");
    assertThatThrownBy(
            () -> new CodeMatrix(bytes(5), 2, 3, false, new byte[0], 7, new double[] {1}))
        .hasMessageContaining("5 codes");
    assertThatThrownBy(
            () -> new CodeMatrix(bytes(6), 2, 3, false, new byte[2], 7, new double[] {1}))
        .hasMessageContaining("2 weights do not fit 3 terms");
    assertThatThrownBy(
            () -> new CodeMatrix(bytes(6), 2, 3, false, new byte[] {0, 8, 0}, 7, new double[] {1}))
        .hasMessageContaining("0 to 7, got 8");
  }

  private static CodeMatrix matrix(byte[] codes, byte[] weights) {
    return new CodeMatrix(
        GpuOnCpu.outside(codes), 1, codes.length, false, weights, 127, new double[] {1});
  }

  private static MemorySegment bytes(int count) {
    return Arena.ofAuto().allocate(ValueLayout.JAVA_BYTE, count);
  }
}
