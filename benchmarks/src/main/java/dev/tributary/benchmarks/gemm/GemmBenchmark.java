package dev.tributary.benchmarks.gemm;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;
import dev.tributary.engine.integer.IntegerGemm;
import dev.tributary.engine.integer.Tiers;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.onednn.OneDnn;
import java.util.List;
import java.util.Locale;

/**
 * {@code gemm}: integer products of 4, 6 and 8 bits against oneDNN's product of float32, at 1024
 * cubed and for the layers of digit-cnn, on 1 and 2 threads. With codes ready, and with quantising
 * both operands.
 */
public final class GemmBenchmark implements Benchmark {
  private static final List<Integer> BITS = List.of(4, 6, 8);
  private static final String WITH_QUANTISE = " with quantise";

  @Override
  public String name() {
    return "gemm";
  }

  @Override
  public String summary() {
    return "integer products of 4, 6 and 8 bits, against oneDNN's product of float32";
  }

  @Override
  public void run(Bench bench) {
    if (OneDnn.available()) {
      bench.opponent("oneDNN", OneDnn.version() + ", float32");
    }
    for (int threads : new int[] {1, 2}) {
      if (threads > Runtime.getRuntime().availableProcessors()) {
        continue;
      }
      Engine engine = Engine.create(threads);
      engine.enter();
      for (Product product : Product.all()) {
        for (int bits : BITS) {
          String name = "int" + bits + " " + product.name();
          if (!bench.wantsAny(List.of(name, name + WITH_QUANTISE))) {
            continue;
          }
          IntegerGemm gemm = Tiers.fastest(engine.kernels());
          try (Contest contest = new Contest(product, bits, gemm)) {
            // From floats last: it leaves the codes to the product.
            measure(bench, name, threads, product, gemm, contest::ours, contest::theirs);
            measure(
                bench,
                name + WITH_QUANTISE,
                threads,
                product,
                gemm,
                contest::oursFromFloats,
                contest::theirs);
          }
        }
      }
    }
    Engine.create().enter();
  }

  private static void measure(
      Bench bench,
      String name,
      int threads,
      Product product,
      IntegerGemm gemm,
      Runnable ours,
      Runnable theirs) {
    if (!bench.wants(name)) {
      return;
    }
    double seconds = bench.options().quick() ? 0.1 : 0.3;
    double[] ourRates = new double[bench.pairs()];
    double[] theirRates = new double[bench.pairs()];
    boolean opposed = OneDnn.available();
    // Both are warmed up: the first product compiles loops here and builds a kernel there.
    rate(ours, product, seconds);
    if (opposed) {
      rate(theirs, product, seconds);
    }
    for (int i = 0; i < ourRates.length; i++) {
      ourRates[i] = rate(ours, product, seconds);
      theirRates[i] = opposed ? rate(theirs, product, seconds) : Double.NaN;
    }
    bench.row(
        opposed
            ? Row.compared(
                name,
                threads,
                "GOP/s",
                Better.HIGHER,
                ourRates,
                theirRates,
                String.format(
                    Locale.ROOT,
                    "%s, %s ms",
                    gemm.tier(),
                    Samples.number(product.operations() / Samples.of(ourRates).median() / 1e6)))
            : Row.unopposed(
                name, threads, "GOP/s", Better.HIGHER, ourRates, "no oneDNN for this machine"));
  }

  /** Repeats until the time is over; billions of multiplications and additions a second. */
  private static double rate(Runnable work, Product product, double seconds) {
    long begin = System.nanoTime();
    long times = 0;
    do {
      work.run();
      times++;
    } while (System.nanoTime() - begin < seconds * 1e9);
    return product.operations() * times / (double) (System.nanoTime() - begin);
  }
}
