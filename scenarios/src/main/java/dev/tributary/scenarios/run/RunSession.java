package dev.tributary.scenarios.run;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.Safetensors;
import dev.tributary.scenarios.output.TestTimeRecord;
import dev.tributary.scenarios.report.Reports;
import dev.tributary.scenarios.report.RunView;
import dev.tributary.server.Checkpoints;
import dev.tributary.server.Checkpoints.CheckpointMismatch;
import dev.tributary.server.GlobalState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One sitting of a run at its directory: begins it or takes it up where its newest checkpoint is,
 * and leaves summary, model and report behind. Whatever ends the process, the next sitting can go
 * on.
 */
final class RunSession implements AutoCloseable {
  private final Experiment experiment;
  private final RunDirectory directory;
  private final String label;
  private final String method;
  private final String goOn;
  private final Checkpoints checkpoints;
  private final GlobalState start;
  private final MetricsLog metrics;
  private final RunRecorder recorder;
  private final int told;
  private final RunProgress progress;
  private List<TestTimeRecord> tested = List.of();

  /**
   * Begins or takes up.
   *
   * @param directory claimed by this process
   * @param label of the cell in its sweep; empty without one
   * @param method what a comparison calls it
   * @param goOn the command that takes the run up again, for messages
   * @param progress who watches
   */
  RunSession(
      Experiment experiment,
      RunDirectory directory,
      String label,
      String method,
      String goOn,
      RunProgress progress) {
    this.experiment = experiment;
    this.directory = directory;
    this.label = label;
    this.method = method;
    this.goOn = goOn;
    this.progress = progress;
    this.checkpoints = experiment.checkpoints(directory.checkpoints());
    Path log = directory.file(RunFiles.METRICS);
    List<RoundRecord> recorded = MetricsLog.readWhole(log);
    this.told = recorded.size();
    this.start = newest(recorded);
    List<RoundRecord> earlier = recorded.subList(0, start.round());
    this.metrics = MetricsLog.open(log, start.round());
    this.recorder =
        new RunRecorder(experiment, metrics, earlier, directory.tensorBoard(), progress);
    if (start.round() == 0) {
      Environment environment =
          Environment.here(
              Path.of(System.getProperty("tributary.home", ".")),
              Instant.now(),
              experiment.fingerprint(),
              experiment.scenario().data().notes());
      AtomicFiles.write(directory.file(RunFiles.ENVIRONMENT), Json.pretty(environment));
    }
    writeSummary(RunSummary.INTERRUPTED, start, earlier);
  }

  /** What to go on from, given the rounds that the metrics hold. */
  private GlobalState newest(List<RoundRecord> recorded) {
    try {
      return checkpoints.load(recorded.size()).orElseGet(experiment::beginning);
    } catch (CheckpointMismatch e) {
      throw new Failure(ExitCode.ENGINE_MISMATCH, directory.path() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.RUN_UNREADABLE,
          "no checkpoint in " + directory.checkpoints() + " can be read: " + e.getMessage(),
          e);
    }
  }

  /** What is run. */
  Experiment experiment() {
    return experiment;
  }

  /** The command that takes the run up again. */
  String goOn() {
    return goOn;
  }

  /** Where it lies. */
  RunDirectory directory() {
    return directory;
  }

  /** Where the server goes on from. */
  GlobalState from() {
    return start;
  }

  /** Where it is taken up, for people; empty where it begins. */
  Optional<String> takenUp() {
    if (told == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "going on after round %d of %d%s"
            .formatted(
                start.round(),
                experiment.server().rounds(),
                told > start.round() + 1
                    ? "; the metrics have %d, but no later checkpoint can be read".formatted(told)
                    : ""));
  }

  /** Whether all its rounds were done before. */
  boolean trained() {
    return start.round() >= experiment.server().rounds();
  }

  /** The server's checkpoints. */
  Checkpoints checkpoints() {
    return checkpoints;
  }

  /** What the server tells. */
  RunRecorder recorder() {
    return recorder;
  }

  /**
   * Tests the finished model, writes all that a finished run leaves, or throws what an early end
   * means.
   */
  RunSummary finish(RunRecorder.End end, int workers) {
    return switch (end) {
      case RunRecorder.Aborted aborted -> {
        interrupted();
        throw RunResult.failure(aborted, goOn, experiment.weighsTasks());
      }
      case RunRecorder.Completed(GlobalState state) -> {
        if (!experiment.testTime().isEmpty()) {
          tested =
              experiment
                  .testTime()
                  .run(
                      TrainedModel.of(
                          experiment, state, directory.checkpoints().resolve("clients")),
                      directory.file(RunFiles.TEST_TIME),
                      workers,
                      progress::testing);
        }
        RunSummary summary = writeSummary(RunSummary.COMPLETE, state, recorder.rounds());
        Safetensors.write(
            directory.file(RunFiles.MODEL),
            state.weights(),
            Map.of(
                "algorithm",
                summary.algorithm(),
                "model",
                summary.model(),
                "rounds",
                Integer.toString(state.round()),
                "scenario",
                experiment.scenario().sha256()));
        Reports.write(RunView.read(directory.path()));
        yield summary;
      }
    };
  }

  /**
   * Brings the last checkpoint, what was told before it and a summary of them to the disk, for a
   * process that is about to end.
   *
   * @return the checkpoint's round
   */
  int interrupted() {
    metrics.sync();
    List<RoundRecord> recorded = MetricsLog.readWhole(directory.file(RunFiles.METRICS));
    GlobalState last = newest(recorded);
    try {
      checkpoints.sync(last.round());
    } catch (IOException e) {
      throw new Failure(
          ExitCode.DISK,
          "the checkpoint of round %d in %s could not be brought to the disk: %s"
              .formatted(last.round(), directory.checkpoints(), e.getMessage()),
          e);
    }
    writeSummary(RunSummary.INTERRUPTED, last, recorded.subList(0, last.round()));
    return last.round();
  }

  private RunSummary writeSummary(String status, GlobalState state, List<RoundRecord> rounds) {
    RunSummary summary =
        RunResult.summary(experiment, label, method, status, state, rounds, tested);
    AtomicFiles.write(directory.file(RunFiles.SUMMARY), Json.pretty(summary));
    return summary;
  }

  @Override
  public void close() {
    metrics.close();
    directory.close();
  }
}
