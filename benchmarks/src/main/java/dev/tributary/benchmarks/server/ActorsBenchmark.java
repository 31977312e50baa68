package dev.tributary.benchmarks.server;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;
import dev.tributary.benchmarks.harness.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * {@code actors}: what a client's part in a round costs besides training: orders, reports, encoding
 * and decoding of 10,000 parameters there and back, the mean. Checkpoints, which a round writes
 * once for all its clients, are left out.
 */
public final class ActorsBenchmark implements Benchmark {
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 20;

  @Override
  public String name() {
    return "actors";
  }

  @Override
  public String summary() {
    return "what a client's part in a round costs without training; no opponent";
  }

  @Override
  public void run(Bench bench) throws InterruptedException {
    for (int cohort : new int[] {100, 1000}) {
      String name = "cohort of %,d".formatted(cohort);
      if (bench.wants(name)) {
        try (TemporaryFolder folder = new TemporaryFolder()) {
          bench.row(one(bench, name, cohort, new IdleFederation(cohort, folder.path())));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static Row one(Bench bench, String name, int cohort, IdleFederation federation)
      throws InterruptedException {
    List<Double> seconds = federation.rounds(WARM_UP + bench.pairs() * ROUNDS);
    double[] micros = new double[bench.pairs()];
    for (int i = 0; i < micros.length; i++) {
      int from = WARM_UP + i * ROUNDS;
      double[] part =
          seconds.subList(from, from + ROUNDS).stream()
              .mapToDouble(s -> 1e6 * s / cohort)
              .toArray();
      micros[i] = Samples.of(part).median();
    }
    return Row.alone(
        name, 0, "us/client-round", Better.LOWER, micros, "medians of " + ROUNDS + " rounds");
  }
}
