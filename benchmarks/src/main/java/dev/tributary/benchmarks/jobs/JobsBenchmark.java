package dev.tributary.benchmarks.jobs;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;
import dev.tributary.benchmarks.harness.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * {@code jobs}: five published federated jobs on noise of their shape. Ours is all of {@code
 * tributary run}: actors, codecs, the mean, checkpoints, metrics; theirs a bare PyTorch loop in one
 * process with one thread or two, whichever is faster, in the memory layout that is faster with it.
 */
public final class JobsBenchmark implements Benchmark {
  private static final String STEADY = ", steady";
  private static final String FIRST = ", first round";
  private static final String MEMORY = ", memory";

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public String summary() {
    return "five published federated jobs as tributary run does them, against bare PyTorch loops";
  }

  @Override
  public boolean knowsRealData() {
    return true;
  }

  @Override
  public void run(Bench bench) throws InterruptedException {
    if (bench.options().real()) {
      RealCurves.run(bench);
      return;
    }
    for (Job job : Job.ALL) {
      if (bench.wantsAny(List.of(job.name() + STEADY, job.name() + FIRST, job.name() + MEMORY))) {
        try {
          one(bench, job);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void one(Bench bench, Job job) throws IOException, InterruptedException {
    int rounds = bench.options().quick() ? job.quickRounds() : job.rounds();
    List<JobTime> ours = new ArrayList<>();
    List<List<JobTime>> theirs = List.of(new ArrayList<>(), new ArrayList<>());
    List<String> layouts = new ArrayList<>();
    String error = "";
    for (int pair = 0; pair < bench.pairs(); pair++) {
      bench.progress("%s, pair %d of %d".formatted(job.name(), pair + 1, bench.pairs()));
      try (TemporaryFolder folder = new TemporaryFolder()) {
        ours.add(OurJob.time(bench, folder.path(), job, rounds));
      }
      for (int threads = 1; threads <= theirs.size() && error.isEmpty(); threads++) {
        try (TemporaryFolder folder = new TemporaryFolder()) {
          if (pair == 0) {
            layouts.add(TheirJob.layout(bench, folder.path(), job, threads));
          }
          String layout = layouts.get(threads - 1);
          theirs
              .get(threads - 1)
              .add(TheirJob.time(bench, folder.path(), job, rounds, threads, layout));
        } catch (OpponentException e) {
          error = e.reason();
        }
      }
    }
    report(bench, job, ours, theirs, layouts, error);
  }

  private static void report(
      Bench bench,
      Job job,
      List<JobTime> ours,
      List<List<JobTime>> theirs,
      List<String> layouts,
      String error) {
    int best = 0;
    for (int i = 1; i < theirs.size() && error.isEmpty(); i++) {
      if (Samples.of(values(theirs.get(i), JobTime::rate)).median()
          > Samples.of(values(theirs.get(best), JobTime::rate)).median()) {
        best = i;
      }
    }
    String note =
        error.isEmpty()
            ? "theirs with threads = %d, %s"
                .formatted(best + 1, layouts.get(best).replace('-', ' '))
            : "";
    Rows rows = new Rows(bench, ours, theirs.get(best), note, error);
    rows.add(job.name() + STEADY, "trainings/s", Better.HIGHER, JobTime::rate);
    rows.add(job.name() + FIRST, "s", Better.LOWER, JobTime::firstSeconds);
    rows.add(job.name() + MEMORY, "MB", Better.LOWER, JobTime::megabytes);
  }

  private record Rows(
      Bench bench, List<JobTime> ours, List<JobTime> theirs, String note, String error) {
    void add(String name, String unit, Better better, ToDoubleFunction<JobTime> value) {
      double[] mine = values(ours, value);
      bench.row(
          error.isEmpty()
              ? Row.compared(name, 0, unit, better, mine, values(theirs, value), note)
              : Row.unopposed(name, 0, unit, better, mine, error));
    }
  }

  private static double[] values(List<JobTime> times, ToDoubleFunction<JobTime> value) {
    return times.stream().mapToDouble(value).toArray();
  }
}
