package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tributary.engine.foreign.Functions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CUDA's driver and compiler as {@code gpu_on_cpu.cpp} plays them: it runs the kernels' own source
 * on the processor. Tests that use it skip, with the compiler's words, where it cannot be built.
 */
public final class GpuOnCpu {
  private static final Path CUDA_HEADERS = Path.of("/usr/local/cuda/include");
  private static final Built BUILT = build();

  private GpuOnCpu() {}

  private record Built(@Nullable SymbolLookup symbols, Path folder, String problem) {}

  /** Whether it could be built. */
  public static boolean available() {
    return BUILT.problem.isEmpty();
  }

  /**
   * A folder in which the system's loader finds it under the names of the driver and of NVRTC, for
   * a process that has it in LD_LIBRARY_PATH.
   */
  public static Path libraries() throws IOException {
    symbols();
    for (String name : List.of("libcuda.so.1", "libnvrtc.so.13")) {
      Path link = BUILT.folder.resolve(name);
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, Path.of("libgpu.so"));
      }
    }
    return BUILT.folder;
  }

  /** Its functions, those of the driver and of NVRTC. */
  static SymbolLookup symbols() {
    assumeThat(BUILT.problem).as("a C++ compiler for Linux, to run kernels on the CPU").isEmpty();
    return Objects.requireNonNull(BUILT.symbols);
  }

  /** A GPU of compute capability 8.6. */
  public static CudaDevice device() {
    return device(86);
  }

  /** A GPU of this compute capability, 86 for 8.6; 0: no GPU at all. */
  static CudaDevice device(int capability) {
    functions().call("test_capability", ValueLayout.JAVA_INT, capability);
    return new CudaDevice(symbols(), List.of(symbols()));
  }

  /** The bytes of its memory that are allocated. */
  static long used() {
    return (long) functions().call("test_used", ValueLayout.JAVA_LONG);
  }

  private static Functions functions() {
    return new Functions("the GPU that is not there", symbols());
  }

  /** Runs a program; empty on success, else what it says. */
  static String run(Path folder, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? "" : output.isEmpty() ? command + " failed" : output;
    } catch (IOException e) {
      return command.getFirst() + " is not here";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the kernels' source into this folder. */
  static void unpack(Path folder, String name) throws IOException {
    try (InputStream in = CudaDevice.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      Files.copy(Objects.requireNonNull(in), folder.resolve(name));
    }
  }

  @SuppressWarnings("restricted")
  private static Built build() {
    try {
      Path folder = Files.createTempDirectory("gpu-on-cpu");
      unpack(folder, "integer_gemm.cu");
      unpack(folder, "gpu_on_cpu.cpp");
      List<String> command =
          new ArrayList<>(List.of("g++", "-std=c++17", "-O2", "-Wall", "-Werror", "-fPIC"));
      // Fortified jumps refuse to go from one stack to another.
      command.addAll(List.of("-shared", "-ffp-contract=off", "-U_FORTIFY_SOURCE", "-I."));
      if (Files.exists(CUDA_HEADERS.resolve("cuda.h"))) {
        command.addAll(List.of("-DHAVE_CUDA_H", "-isystem", CUDA_HEADERS.toString()));
      }
      command.addAll(List.of("-o", "libgpu.so", "gpu_on_cpu.cpp"));
      String problem = run(folder, command);
      // A compiler that is there and refuses our source is no reason to skip.
      assertThat(problem).doesNotContain("error:");
      return problem.isEmpty()
          ? new Built(
              SymbolLookup.libraryLookup(folder.resolve("libgpu.so"), Arena.global()), folder, "")
          : new Built(null, folder, problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy outside the heap. */
  static MemorySegment outside(byte[] bytes) {
    return Arena.ofAuto()
        .allocate(Math.max(1, bytes.length))
        .copyFrom(MemorySegment.ofArray(bytes));
  }
}
