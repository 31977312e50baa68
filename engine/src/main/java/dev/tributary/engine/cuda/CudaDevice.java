package dev.tributary.engine.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A GPU with our kernels on it, which NVRTC has compiled for it. {@code CUDA_VISIBLE_DEVICES} says
 * which one; of several the first is used. Safe for several threads at once; their work takes turns
 * on the GPU.
 */
public final class CudaDevice {
  /** The oldest compute capability whose GPUs multiply four bytes at once. */
  static final int OLDEST = 61;

  private static final String NO_DRIVER = "there is no NVIDIA driver (libcuda.so.1)";
  private static final String NO_DEVICE = "the driver sees no GPU; look at CUDA_VISIBLE_DEVICES";
  private static final String SOURCE = "integer_gemm.cu";

  private final Driver driver;
  private final MemorySegment context;
  private final String name;
  private final int capability;
  private final String compiler;
  private final MemorySegment module;
  private final Map<String, MemorySegment> kernels = new ConcurrentHashMap<>();
  private final DeviceBudget budget;

  /**
   * The first GPU of this driver.
   *
   * @param compilers NVRTC, the one to prefer first
   * @throws CudaException with the reason why it cannot be used
   */
  CudaDevice(SymbolLookup driverSymbols, List<SymbolLookup> compilers) {
    this.driver = new Driver(driverSymbols);
    if (driver.devices() == 0) {
      throw new CudaException(NO_DEVICE);
    }
    int device = driver.device(0);
    this.name = driver.name(device);
    this.capability = driver.capability(device);
    if (capability < OLDEST) {
      throw new CudaException(
          "%s has compute capability %s; the integer kernels need %s or newer"
              .formatted(name, Target.text(capability), Target.text(OLDEST)));
    }
    Choice choice = choose(compilers);
    this.compiler = "NVRTC " + choice.nvrtc.version();
    byte[] image = choice.nvrtc.compile(SOURCE, source(), choice.target);
    this.context = driver.context(device);
    driver.enter(context);
    this.module = driver.module(image);
    // The rest is for the kernels' code, and for what other libraries take as they go.
    this.budget = new DeviceBudget(name, driver.freeBytes() / 8 * 7);
  }

  /** The GPU, if there is one that can be used; else {@link #absence} says why not. */
  public static Optional<CudaDevice> find() {
    return Optional.ofNullable(Found.HERE.device);
  }

  /** Why there is no GPU to be used, as the end of "not available because ..."; else empty. */
  public static String absence() {
    return Found.HERE.absence;
  }

  /** Why no library can use a GPU here, NVRTC or not; empty if one can. */
  public static String driverAbsence() {
    Optional<SymbolLookup> symbols = Libraries.driver();
    if (symbols.isEmpty()) {
      return NO_DRIVER;
    }
    try {
      return new Driver(symbols.get()).devices() > 0 ? "" : NO_DEVICE;
    } catch (CudaException | IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Such as "NVIDIA GeForce RTX 3090, compute capability 8.6, CUDA 13.0 driver, NVRTC 13.0". */
  public String description() {
    return "%s, compute capability %s, CUDA %s driver, %s"
        .formatted(name, Target.text(capability), driver.version(), compiler);
  }

  /** Such as 8.6. */
  public String capability() {
    return Target.text(capability);
  }

  /** The GPU's memory that the process's clients share. */
  public DeviceBudget budget() {
    return budget;
  }

  /** The driver, ready for the calling thread. */
  Driver enter() {
    driver.enter(context);
    return driver;
  }

  MemorySegment kernel(String function) {
    return kernels.computeIfAbsent(function, f -> driver.kernel(module, f));
  }

  /** The kernels' CUDA C. */
  static String source() {
    try (InputStream in = CudaDevice.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the engine was packed without " + SOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SOURCE, e);
    }
  }

  private record Choice(Nvrtc nvrtc, Target target) {}

  private Choice choose(List<SymbolLookup> compilers) {
    List<String> tooNew = new ArrayList<>();
    for (SymbolLookup symbols : compilers) {
      Nvrtc nvrtc = new Nvrtc(symbols);
      Optional<Target> target = Target.of(capability, nvrtc.capabilities());
      if (target.isPresent()) {
        return new Choice(nvrtc, target.get());
      }
      tooNew.add(nvrtc.version());
    }
    throw new CudaException(
        tooNew.isEmpty()
            ? "no libnvrtc was found beside the driver; install CUDA's NVRTC, or set CUDA_HOME"
            : "%s has compute capability %s, which NVRTC %s no longer compiles for; install CUDA 12"
                .formatted(name, Target.text(capability), String.join(", ", tooNew)));
  }

  /** Looked for once, when first asked. */
  private record Found(@Nullable CudaDevice device, String absence) {
    static final Found HERE = look();

    private static Found look() {
      Optional<SymbolLookup> symbols = Libraries.driver();
      if (symbols.isEmpty()) {
        return new Found(null, NO_DRIVER);
      }
      try {
        return new Found(new CudaDevice(symbols.get(), Libraries.nvrtc()), "");
      } catch (CudaException | IllegalStateException e) {
        return new Found(null, String.valueOf(e.getMessage()));
      }
    }
  }
}
