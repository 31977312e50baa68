package dev.tributary.engine.kernels;

import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.HostMemory;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where and how the arithmetic of a run is done.
 *
 * @param kernels what computes
 * @param type FLOAT, or DOUBLE to check gradients
 * @param threadsPerWorker the threads that native code may use for one caller, &ge; 1
 * @param oneDnn whether chains of layers are computed by oneDNN as a whole; the kernels do the rest
 * @param integer the tier of {@link Tiers} that multiplies integers, where a layer does
 */
public record Engine(
    Kernels kernels, DataType type, int threadsPerWorker, boolean oneDnn, String integer) {
  /** More threads than a machine gains from; each holds memory of its own. */
  private static final int MOST_THREADS = 1024;

  private static final String AUTO = "auto";

  /** Integers by the fastest way of this machine. */
  public Engine(Kernels kernels, DataType type, int threadsPerWorker, boolean oneDnn) {
    this(kernels, type, threadsPerWorker, oneDnn, AUTO);
  }

  /** Checks that kernels, type and threads go together. */
  public Engine {
    if (kernels instanceof CpuKernels && type != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "the cpu kernels compute in FLOAT, got " + type + "; use the nd4j kernels for others");
    }
    if (oneDnn && !(kernels instanceof CpuKernels)) {
      throw new IllegalArgumentException("oneDNN computes together with the cpu kernels only");
    }
    if (threadsPerWorker < 1) {
      throw new IllegalArgumentException(
          "threads-per-worker must be >= 1, got " + threadsPerWorker);
    }
  }

  /** Float32 by the fastest way of this machine, one thread for each worker. */
  public static Engine create() {
    return create(1);
  }

  /** Float32 by the fastest way of this machine, so many threads for each worker. */
  public static Engine create(int threadsPerWorker) {
    return new Engine(fastest(), DataType.FLOAT, threadsPerWorker, oneDnnPossible());
  }

  /** Float64 by ND4J's own operations: the engine that gradients are checked with. */
  public static Engine reference() {
    return new Engine(Nd4jKernels.INSTANCE, DataType.DOUBLE, 1, false);
  }

  /**
   * Reads {@code kernels} (auto, onednn, cpu or nd4j; default auto: the first of them that this
   * machine has), {@code threads-per-worker} (default 1) and {@code integer}, the name of a tier of
   * integer products, which is not checked here (default auto).
   */
  public static Engine from(Settings settings) {
    String name = settings.text("kernels", "auto");
    int threads = settings.integer("threads-per-worker", 1);
    settings.require(
        threads >= 1 && threads <= MOST_THREADS,
        "threads-per-worker",
        "a whole number from 1 to " + MOST_THREADS,
        threads);
    Engine engine = from(settings, name, threads);
    return new Engine(
        engine.kernels, engine.type, threads, engine.oneDnn, settings.text("integer", AUTO));
  }

  private static Engine from(Settings settings, String name, int threads) {
    return switch (name) {
      case "auto" -> create(threads);
      case "onednn" -> {
        settings.require(
            oneDnnPossible(), "kernels", "auto, cpu or nd4j on this machine (no oneDNN)", name);
        yield new Engine(CpuKernels.INSTANCE, DataType.FLOAT, threads, true);
      }
      case "cpu" -> {
        settings.require(
            cpuPossible(), "kernels", "auto or nd4j on this machine (no CPU backend)", name);
        yield new Engine(CpuKernels.INSTANCE, DataType.FLOAT, threads, false);
      }
      case "nd4j" -> new Engine(Nd4jKernels.INSTANCE, DataType.FLOAT, threads, false);
      default -> throw settings.mustBe("kernels", "one of auto, onednn, cpu, nd4j", name);
    };
  }

  /** The kernels that can compute on this tensor's memory, for code that has only the tensor. */
  public static Kernels kernelsFor(dev.tributary.engine.tensor.Tensor tensor) {
    return !tensor.isDouble() && cpuPossible() ? CpuKernels.INSTANCE : Nd4jKernels.INSTANCE;
  }

  /**
   * Makes native code on the calling thread use {@link #threadsPerWorker} threads. Each worker
   * calls it once: OpenMP's setting belongs to a thread, OpenBLAS's to the process.
   */
  public void enter() {
    Blas.useThreads(threadsPerWorker);
  }

  /**
   * What can change the bits of a run: processor and its instruction sets, versions, kernels,
   * threads. Runs with equal fingerprints and seeds have equal bits.
   */
  public Map<String, String> fingerprint() {
    Map<String, String> facts = new TreeMap<>(Processor.facts());
    facts.put("kernels", oneDnn ? "onednn " + OneDnn.version() : kernels.tier());
    facts.put("type", type.name());
    facts.put("threads-per-worker", String.valueOf(threadsPerWorker));
    return Map.copyOf(facts);
  }

  private static Kernels fastest() {
    return cpuPossible() ? CpuKernels.INSTANCE : Nd4jKernels.INSTANCE;
  }

  private static boolean oneDnnPossible() {
    return cpuPossible() && OneDnn.available();
  }

  private static boolean cpuPossible() {
    return Cpu.POSSIBLE;
  }

  /** Found out once, when first asked. */
  private static final class Cpu {
    static final boolean POSSIBLE = HostMemory.reachable() && Blas.available();
  }
}
