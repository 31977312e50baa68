package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels where they belong. */
@OnGpu
class GpuTest {
  static List<GemmCases.Case> cases() {
    return GemmCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithAPlainLoop(GemmCases.Case c) {
    CudaDevice device = CudaDevice.find().orElseThrow();
    GemmCases.compare(new CudaGemm(device), c);
    assertThat(device.budget().freeBytes()).isEqualTo(device.budget().bytes());
  }
}
