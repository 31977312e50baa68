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

/**
 * {@code jobs --real}: whether ours and the loop learn alike. Both train on the same real images
 * with several seeds; two curves agree in a round where the seeds' mean losses, give or take two
 * deviations each, meet.
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
      String name = job.settings().name();
      if (!bench.wants(name)) {
        continue;
      }
      if (!job.settings().possible()) {
        bench.progress(name + " is left out: the catalogue lacks " + job.settings().model());
        continue;
      }
      try {
        one(bench, job, directory.require(DataSets.named(job.data())));
      } catch (MissingDataException e) {
        bench.row(
            Row.unopposed(
                name, 0, UNIT, Better.LOWER, new double[0], String.valueOf(e.getMessage())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void one(Bench bench, RealJob job, DataStatus.Present files)
      throws IOException, InterruptedException {
    Job settings = job.settings();
    int rounds = bench.options().quick() ? settings.quickRounds() : settings.rounds();
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
          theirs.add(TheirJob.losses(bench, folder.path(), job.loop(rounds, seed, files)));
        }
      } catch (OpponentException e) {
        error = e.reason();
      }
    }
    int agree = 0;
    for (int round = 0; round < rounds && error.isEmpty(); round++) {
      agree += Spread.of(at(ours, round)).meets(Spread.of(at(theirs, round))) ? 1 : 0;
    }
    for (int round : new int[] {0, rounds / 2, rounds - 1}) {
      String name = "%s, loss in round %d".formatted(settings.name(), round + 1);
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
   * @param mean their mean
   * @param deviation their standard deviation, as of a sample
   */
  record Spread(double mean, double deviation) {

    /** Of at least two values. */
    static Spread of(double... values) {
      Stat stat = Stat.of(Arrays.stream(values).boxed().toList());
      return new Spread(stat.mean(), stat.deviation());
    }

    /** Whether the two, give or take two deviations each, have values in common. */
    boolean meets(Spread other) {
      return Math.abs(mean - other.mean) <= 2 * (deviation + other.deviation);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.4f +- %.4f", mean, deviation);
    }
  }
}
