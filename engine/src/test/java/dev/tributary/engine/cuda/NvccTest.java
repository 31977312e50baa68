package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernels compiled by NVIDIA's compiler for GPUs from Turing on; no GPU is needed for that. */
class NvccTest {
  private static final List<String> ARCHITECTURES = List.of("sm_75", "sm_86", "sm_90");

  @Test
  void compilesWithoutAWarning(@TempDir Path folder) throws IOException {
    String nvcc =
        Files.exists(Path.of("/usr/local/cuda/bin/nvcc")) ? "/usr/local/cuda/bin/nvcc" : "nvcc";
    assumeThat(GpuOnCpu.run(folder, List.of(nvcc, "--version")))
        .as("nvcc, to compile the kernels")
        .isEmpty();
    GpuOnCpu.unpack(folder, "integer_gemm.cu");
    for (String architecture : ARCHITECTURES) {
      String output =
          GpuOnCpu.run(
              folder,
              List.of(
                  nvcc,
                  "-Werror",
                  "all-warnings",
                  "-arch=" + architecture,
                  "-cubin",
                  "-o",
                  architecture,
                  "integer_gemm.cu"));
      assertThat(output).as(architecture).isEmpty();
      assertThat(folder.resolve(architecture)).isNotEmptyFile();
    }
  }
}
