package dev.tributary.benchmarks.norm;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.PythonPeer;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.nn.BatchNorm;
import dev.tributary.engine.nn.L1BatchNorm;
import dev.tributary.engine.onednn.OneDnn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * {@code l1norm}: L1 batch normalisation from codes to codes, and of float32, against the best
 * float32 batch normalisation of the same run, forward and backward: our loops, oneDNN's primitive,
 * PyTorch's layer. With two threads there are two workers with a batch each; PyTorch has its two
 * threads on each batch.
 */
public final class L1NormBenchmark implements Benchmark {
  private static final String UNIT = "batches/s";
  private static final String QUANTISED = "quantised l1 ";
  private static final String FLOATS = "fp32 l1 ";

  /** Bytes an element of codes: x read and y written, x and dy read and dx written. */
  private static final int BYTES = 5;

  @Override
  public String name() {
    return "l1norm";
  }

  @Override
  public String summary() {
    return "L1 batch normalisation, integer and float32, against float32 batch normalisation";
  }

  @Override
  public void run(Bench bench) throws InterruptedException {
    if (OneDnn.available()) {
      bench.opponent("oneDNN", OneDnn.version() + ", float32");
    }
    try (PythonPeer peer = PythonPeer.start(bench, "norm.py")) {
      all(bench, peer, "");
    } catch (OpponentException e) {
      all(bench, null, e.reason());
    }
  }

  private static void all(Bench bench, @Nullable PythonPeer peer, String missing)
      throws InterruptedException {
    for (Images images : Images.all()) {
      for (int threads : new int[] {1, 2}) {
        if (threads <= Runtime.getRuntime().availableProcessors()
            && bench.wantsAny(List.of(QUANTISED + images, FLOATS + images))) {
          measure(bench, images, threads, peer, missing);
        }
      }
    }
  }

  private static void measure(
      Bench bench, Images images, int threads, @Nullable PythonPeer peer, String missing)
      throws InterruptedException {
    Engine loops = new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, false);
    Map<String, Supplier<Contender>> sides = new LinkedHashMap<>();
    sides.put("quantised", () -> new IntegerNorm(images));
    L1BatchNorm l1 = new L1BatchNorm("norm", images.sample(), 1);
    sides.put("l1", () -> new FloatNorm(l1, images.batch(), loops));
    BatchNorm l2 = new BatchNorm("norm", images.sample());
    sides.put("our loops", () -> new FloatNorm(l2, images.batch(), loops));
    if (OneDnn.available()) {
      sides.put("oneDNN", () -> new OneDnnNorm(images));
    }
    sides.put("copy", () -> new Copy(images));
    Map<String, Workers> workers = new LinkedHashMap<>();
    Map<String, double[]> rates = new LinkedHashMap<>();
    String error = missing;
    double seconds = bench.options().quick() ? 0.2 : 0.4;
    try {
      sides.forEach((name, side) -> workers.put(name, new Workers(threads, side)));
      // The first round only warms up.
      for (int i = -2; i < bench.pairs(); i++) {
        for (Map.Entry<String, Workers> side : workers.entrySet()) {
          note(rates, side.getKey(), bench.pairs(), i, side.getValue().rate(seconds));
        }
        if (peer != null && error.isEmpty()) {
          try {
            note(rates, "PyTorch", bench.pairs(), i, ask(peer, images, threads, seconds));
          } catch (OpponentException e) {
            error = e.reason();
          }
        }
      }
    } finally {
      workers.values().forEach(Workers::close);
    }
    Map<String, String> absent = new LinkedHashMap<>();
    if (!OneDnn.available()) {
      absent.put("oneDNN", "no oneDNN for this machine");
    }
    if (!error.isEmpty()) {
      absent.put("PyTorch", error);
    }
    rows(bench, images, threads, rates, absent);
  }

  private static void note(
      Map<String, double[]> rates, String side, int pairs, int pair, double rate) {
    rates.computeIfAbsent(side, _ -> new double[pairs])[Math.max(0, pair)] = rate;
  }

  private static double ask(PythonPeer peer, Images images, int threads, double seconds)
      throws OpponentException {
    Map<String, Object> request =
        Map.of(
            "op",
            "norm",
            "batch",
            images.batch(),
            "channels",
            images.channels(),
            "side",
            images.side(),
            "threads",
            threads,
            "seconds",
            seconds);
    return PythonPeer.number(peer.ask(request), "rate");
  }

  /**
   * The rows of a batch: ours against the best that was measured, and one for each opponent that
   * was not.
   *
   * @param rates batches a second by side, one for each pair
   * @param absent opponents that are missing or failed, with the reason
   */
  static void rows(
      Bench bench,
      Images images,
      int threads,
      Map<String, double[]> rates,
      Map<String, String> absent) {
    String best = "our loops";
    StringBuilder others = new StringBuilder();
    for (String side : new String[] {"our loops", "oneDNN", "PyTorch"}) {
      if (rates.containsKey(side) && !absent.containsKey(side)) {
        best = median(rates, side) > median(rates, best) ? side : best;
        others.append(others.isEmpty() ? "" : ", ").append(side).append(' ');
        others.append(Samples.number(median(rates, side)));
      }
    }
    double size = images.size();
    String floor =
        String.format(
            Locale.ROOT,
            "%s GB/s, a copy %s; theirs %s of %s",
            Samples.number(median(rates, "quantised") * size * BYTES / 1e9),
            Samples.number(median(rates, "copy") * size * Copy.BYTES / 1e9),
            best,
            others);
    for (String side : new String[] {"quantised", "l1"}) {
      String name = (side.equals("l1") ? FLOATS : QUANTISED) + images;
      String text = side.equals("l1") ? "theirs " + best : floor;
      double[] ours = side(rates, side);
      bench.row(Row.compared(name, threads, UNIT, Better.HIGHER, ours, side(rates, best), text));
      // One for either row: whichever was asked for is not compared with all that it should be.
      absent.forEach(
          (opponent, reason) ->
              bench.row(
                  Row.unopposed(
                      name + " and " + opponent, threads, UNIT, Better.HIGHER, ours, reason)));
    }
  }

  private static double median(Map<String, double[]> rates, String side) {
    return Samples.of(side(rates, side)).median();
  }

  private static double[] side(Map<String, double[]> rates, String side) {
    double[] measured = rates.get(side);
    if (measured == null) {
      throw new IllegalStateException(side + " was not measured");
    }
    return measured;
  }
}
