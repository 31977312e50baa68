package dev.tributary.scenarios.report;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.TestTimeLog;
import dev.tributary.scenarios.output.TestTimeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A run as its files tell it.
 *
 * @param path its directory
 * @param summary what it came to
 * @param environment what it ran on
 * @param rounds its rounds in order
 * @param testTime what came after training; empty where nothing did
 * @param scenario the resolved scenario's text
 */
public record RunView(
    Path path,
    RunSummary summary,
    Environment environment,
    List<RoundRecord> rounds,
    List<TestTimeRecord> testTime,
    String scenario) {

  /**
   * Reads the files of a finished or interrupted run.
   *
   * @throws Failure naming the file that is missing or broken
   */
  public static RunView read(Path path) {
    RunDirectory.requireRun(path);
    Path summary = path.resolve(RunFiles.SUMMARY);
    if (!Files.exists(summary)) {
      throw new Failure(
          ExitCode.RUN_UNREADABLE,
          path + " has no " + RunFiles.SUMMARY + " yet; finish it with: tributary resume " + path);
    }
    Path scenario = path.resolve(RunFiles.SCENARIO);
    try {
      return new RunView(
          path,
          RunFiles.read(RunSummary.class, summary),
          RunFiles.read(Environment.class, path.resolve(RunFiles.ENVIRONMENT)),
          MetricsLog.read(path.resolve(RunFiles.METRICS)),
          TestTimeLog.read(path.resolve(RunFiles.TEST_TIME)),
          Files.readString(scenario));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.RUN_UNREADABLE, "cannot read " + scenario + ": " + e.getMessage(), e);
    }
  }

  /** How far it came: {@code 20 rounds}, {@code interrupted after 2 of 30 rounds}. */
  public String progress() {
    int done = summary.rounds();
    int planned = new ScenarioText(scenario).rounds();
    return summary.isComplete()
        ? Format.plural(done, "round")
        : "interrupted after "
            + (planned >= done && planned > 0 ? done + " of " : "")
            + Format.plural(planned >= done && planned > 0 ? planned : done, "round");
  }

  /** What the run is called where there are several. */
  public String name() {
    return summary.label().isEmpty() ? summary.scenario() : summary.label();
  }
}
