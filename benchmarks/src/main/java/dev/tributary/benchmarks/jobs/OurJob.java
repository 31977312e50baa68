package dev.tributary.benchmarks.jobs;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our side: {@code tributary run} in a process of its own, with all that a run does. */
final class OurJob {
  private OurJob() {}

  /**
   * Runs a scenario.
   *
   * @param folder empty; the run is written there
   * @throws Failure with what the run said, if it failed
   */
  static List<RoundRecord> run(Bench bench, Path folder, String scenario)
      throws IOException, InterruptedException {
    return rounds(watch(bench, folder, scenario), folder);
  }

  /** Runs a job and times it; evaluation, which the loop does not do, is taken out. */
  static JobTime time(Bench bench, Path folder, Job job, int rounds)
      throws IOException, InterruptedException {
    WatchedProcess run = watch(bench, folder, job.scenario(rounds));
    List<Double> seconds =
        rounds(run, folder).stream().map(r -> r.seconds() - r.time().evaluate()).toList();
    return JobTime.of(seconds, job.cohort(), run.peakBytes());
  }

  private static WatchedProcess watch(Bench bench, Path folder, String scenario)
      throws IOException, InterruptedException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, scenario);
    List<String> command = new ArrayList<>();
    command.add(bench.home().resolve("tributary").toString());
    command.addAll(List.of("run", file.toString(), "--out", folder.resolve("run").toString()));
    // The bench was built with everything that a run needs.
    return WatchedProcess.run(folder, command, Map.of("TRIBUTARY_SKIP_BUILD", "1"));
  }

  private static List<RoundRecord> rounds(WatchedProcess run, Path folder) {
    if (run.exit() != 0) {
      throw new Failure(
          ExitCode.RUN_FAILED,
          "tributary run, our side of it, ended with "
              + run.complaint()
              + "; a scenario of your own tells whether runs work here, for example"
              + " ./tributary run scenarios/quickstart.conf");
    }
    return MetricsLog.read(folder.resolve("run").resolve("metrics.jsonl"));
  }
}
