package dev.tributary.benchmarks.jobs;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;
import dev.tributary.benchmarks.harness.TemporaryFolder;
import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.MissingDataException;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.report.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code jobs --real}: whether ours and the loop learn alike. Both train on the same real images
 * with several seeds; two curves agree in a round where the seeds' mean losses, give or take two
 * deviations each, meet. One that diverged agrees with none.
 */
final class RealCurves {
  private static final int SEEDS = 3;
  private static final String UNIT = "nats";

  private RealCurves() {}

  /** Rows for the first, the middle and the last round of each job. */
  static void run(Bench bench) throws InterruptedException {
    DataDirectory directory =
        DataDirectory.resolve(
            Optional.empty(), bench.environment(), Path.of(System.getProperty("user.home")));
    for (RealJob job : RealJob.ALL) {
      Job settings = job.settings();
      int rounds = bench.options().quick() ? settings.quickRounds() : settings.rounds();
      List<String> names = shown(rounds).mapToObj(round -> name(settings, round)).toList();
      if (!bench.wantsAny(names)) {
        continue;
      }
      try {
        one(bench, job, rounds, directory.require(DataSets.named(job.data())));
      } catch (MissingDataException e) {
        String reason = String.valueOf(e.getMessage());
        for (String name : names) {
          bench.row(Row.unopposed(name, 0, UNIT, Better.LOWER, new double[0], reason));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The rounds that have a row: the first, the middle and the last, from 0. */
  private static IntStream shown(int rounds) {
    return IntStream.of(0, rounds / 2, rounds - 1);
  }

  private static String name(Job settings, int round) {
    return "%s, loss in round %d".formatted(settings.name(), round + 1);
  }

  private static void one(Bench bench, RealJob job, int rounds, DataStatus.Present files)
      throws IOException, InterruptedException {
    Job settings = job.settings();
    List<List<Double>> ours = new ArrayList<>();
    List<List<Double>> theirs = new ArrayList<>();
    String error = "";
    for (int seed = 1; seed <= SEEDS; seed++) {
      bench.progress("%s, seed %d of %d".formatted(settings.name(), seed, SEEDS));
      try (TemporaryFolder folder = new TemporaryFolder()) {
        ours.add(
            OurJob.run(bench, folder.path(), job.scenario(rounds, seed)).stream()
                .map(RoundRecord::meanTrainLoss)
                .toList());
        if (error.isEmpty()) {
          theirs.add(TheirJob.losses(bench, folder.path(), job.loop(rounds, seed, files), rounds));
        }
      } catch (OpponentException e) {
        error = e.reason();
      }
    }
    int agree = 0;
    for (int round = 0; round < rounds && error.isEmpty(); round++) {
      agree += Spread.of(at(ours, round)).meets(Spread.of(at(theirs, round))) ? 1 : 0;
    }
    for (int round : shown(rounds).toArray()) {
      String name = name(settings, round);
      double[] mine = at(ours, round);
      if (!error.isEmpty()) {
        bench.row(Row.unopposed(name, 0, UNIT, Better.LOWER, mine, error));
        continue;
      }
      double[] other = at(theirs, round);
      String note =
          "%s against %s; %d of %d rounds agree"
              .formatted(Spread.of(mine), Spread.of(other), agree, rounds);
      // A ratio of losses says nothing: alike is what is asked for.
      bench.row(
          new Row(
              name,
              0,
              UNIT,
              Better.LOWER,
              Samples.of(mine),
              Samples.of(other),
              Samples.NONE,
              note,
              ""));
    }
  }

  private static double[] at(List<List<Double>> curves, int round) {
    return curves.stream().mapToDouble(curve -> curve.get(round)).toArray();
  }

  /**
   * Values of several seeds.
   *
   * @param mean their mean; NaN where a seed diverged
   * @param deviation their standard deviation, as of a sample; NaN where a seed diverged
   */
  record Spread(double mean, double deviation) {

    /** Of at least two values. */
    static Spread of(double... values) {
      // A statistic leaves out what is not a number; here it is the one seed that counts.
      if (Arrays.stream(values).anyMatch(v -> !Double.isFinite(v))) {
        return new Spread(Double.NaN, Double.NaN);
      }
      Stat stat = Stat.of(Arrays.stream(values).boxed().toList());
      return new Spread(stat.mean(), stat.deviation());
    }

    /** Whether the two, give or take two deviations each, have values in common. */
    boolean meets(Spread other) {
      return Math.abs(mean - other.mean) <= 2 * (deviation + other.deviation);
    }

    @Override
    public String toString() {
      if (Double.isNaN(mean)) {
        return "diverged";
      }
      return String.format(Locale.ROOT, "%.4f +- %.4f", mean, deviation);
    }
  }
}
