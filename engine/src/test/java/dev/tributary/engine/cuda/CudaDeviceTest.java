package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which GPUs are taken, and what is said of the others. */
class CudaDeviceTest {
  private static final int[] CUDA_13 = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};
  private static final int[] CUDA_11_2 = {35, 37, 50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86};

  @Test
  void machineCodeForTheSameMajorNumberElsePtxElseNothing() {
    assertThat(Target.of(86, CUDA_13)).contains(new Target(86, true));
    // Ada by an old compiler, Hopper by one that does not know it, Pascal by one that forgot it.
    assertThat(Target.of(89, CUDA_11_2)).contains(new Target(86, true));
    assertThat(Target.of(90, CUDA_11_2)).contains(new Target(86, false));
    assertThat(Target.of(61, CUDA_13)).isEmpty();
    assertThat(new Target(86, true).option()).isEqualTo("--gpu-architecture=sm_86");
    assertThat(new Target(120, false).option()).isEqualTo("--gpu-architecture=compute_120");
  }

  @Test
  void describesWhatItFound() {
    CudaDevice device = GpuOnCpu.device(86);
    assertThat(device.description())
        .isEqualTo("No GPU, compute capability 8.6, CUDA 13.0 driver, NVRTC 13.0");
    assertThat(new CudaGemm(device).tier()).isEqualTo("cuda 8.6");
    assertThat(device.budget().bytes()).isEqualTo(56L << 20);
    // Newer than the compiler knows: PTX, which the driver's part of the shim accepts, too.
    assertThat(GpuOnCpu.device(120).capability()).isEqualTo("12.0");
  }

  @Test
  void saysWhyAGpuCannotBeUsed() {
    assertThatThrownBy(() -> GpuOnCpu.device(0)).hasMessageContaining("sees no GPU");
    assertThatThrownBy(() -> GpuOnCpu.device(52))
        .hasMessageContaining("No GPU has compute capability 5.2")
        .hasMessageContaining("6.1 or newer");
    assertThatThrownBy(() -> GpuOnCpu.device(61))
        .hasMessageContaining("6.1, which NVRTC 13.0 no longer compiles for; install CUDA 12");
    GpuOnCpu.device(86);
    assertThatThrownBy(() -> new CudaDevice(GpuOnCpu.symbols(), List.of()))
        .hasMessageContaining("no libnvrtc");
  }

  @Test
  void hereThereIsAGpuOrAReason() {
    assertThat(CudaDevice.find().isPresent()).isEqualTo(CudaDevice.absence().isEmpty());
  }
}
