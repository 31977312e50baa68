package dev.tributary.scenarios.run;

import dev.tributary.engine.hash.Sha256;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.AccuracyMatrix;
import dev.tributary.scenarios.output.DomainMetrics;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.TestTimeRecord;
import dev.tributary.server.GlobalState;
import dev.tributary.server.RunEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run came to, from its rounds and its last state. */
final class RunResult {
  private RunResult() {}

  /**
   * The summary.
   *
   * @param experiment what ran
   * @param label of the cell in its sweep; empty without one
   * @param method what a comparison calls it
   * @param status complete or interrupted
   * @param state the last state with a checkpoint
   * @param rounds all rounds of the run, of earlier sessions too
   * @param tested what came after the last round; empty before
   */
  static RunSummary summary(
      Experiment experiment,
      String label,
      String method,
      String status,
      GlobalState state,
      List<RoundRecord> rounds,
      List<TestTimeRecord> tested) {
    Scenario scenario = experiment.scenario();
    RoundRecord last =
        rounds.stream()
            .filter(r -> !r.test().isEmpty() || !r.validation().isEmpty())
            .reduce((_, later) -> later)
            .orElse(null);
    Map<String, DomainMetrics> test = last == null ? Map.of() : last.test();
    Map<String, Double> accuracy = new TreeMap<>();
    test.forEach((domain, metrics) -> accuracy.put(domain, metrics.accuracy()));
    long correct = test.values().stream().mapToLong(DomainMetrics::correct).sum();
    long examples = test.values().stream().mapToLong(DomainMetrics::examples).sum();
    double seconds = rounds.stream().mapToDouble(RoundRecord::seconds).sum();
    double trained =
        rounds.stream().mapToDouble(r -> r.samplesPerSecond() * r.time().train()).sum();
    double training = rounds.stream().mapToDouble(r -> r.time().train()).sum();
    Map<String, Long> up = new TreeMap<>();
    Map<String, Long> upAtFp32 = new TreeMap<>();
    Map<String, Long> down = new TreeMap<>();
    Map<String, Integer> refusals = new TreeMap<>();
    for (RoundRecord round : rounds) {
      round.bytesUp().forEach((kind, bytes) -> up.merge(kind, bytes, Long::sum));
      round.bytesUpAtFp32().forEach((kind, bytes) -> upAtFp32.merge(kind, bytes, Long::sum));
      round.bytesDown().forEach((kind, bytes) -> down.merge(kind, bytes, Long::sum));
      round.refusals().forEach((code, count) -> refusals.merge(code, count, Integer::sum));
    }
    List<String> notes = new ArrayList<>(scenario.data().notes());
    notes.addAll(experiment.testTime().notes());
    if (experiment.missesTasks()) {
      notes.add(
          "evaluation.every = %d leaves out whole tasks, so figures of learning over time are null"
              .formatted(experiment.server().evaluateEvery()));
    }
    if (!experiment.local().isEmpty()) {
      notes.add(
          "%s: clients keep %,d of the model's %,d numbers; each is evaluated with its own"
              .formatted(
                  scenario.algorithm().id(),
                  experiment.local().layout().size(),
                  experiment.model().layout().size()));
    }
    if (scenario.server().wire().errorFeedback()) {
      notes.add(
          "clients keep what the codes of their deltas leave out, %,d numbers each, and add it to the next"
              .formatted(experiment.shared().layout().trainableSize()));
    }
    Continual continual = continual(experiment, rounds);
    return new RunSummary(
        RunSummary.SCHEMA_VERSION,
        status,
        scenario.name(),
        label,
        method,
        scenario.algorithm().id(),
        continual.matrix().isEmpty() ? "" : scenario.continual().id(),
        experiment.model().name(),
        scenario.seed(),
        state.round(),
        last == null ? Double.NaN : last.meanTestAccuracy(),
        examples == 0 ? Double.NaN : (double) correct / examples,
        accuracy,
        continual.figures(),
        continual.matrix(),
        testTime(tested),
        last == null ? Double.NaN : last.meanValidationAccuracy(),
        state.weights().sha256(),
        localStateSha256(state),
        seconds,
        training == 0 ? Double.NaN : trained / training,
        up.values().stream().mapToLong(b -> b).sum(),
        down.values().stream().mapToLong(b -> b).sum(),
        up,
        upAtFp32,
        down,
        refusals,
        notes);
  }

  /** By method and batch size: the mean accuracy over all corruptions and severities. */
  private static Map<String, Double> testTime(List<TestTimeRecord> tested) {
    return tested.stream()
        .filter(TestTimeRecord::corrupted)
        .collect(
            Collectors.groupingBy(
                r -> r.adapter() + "@" + r.batchSize(),
                LinkedHashMap::new,
                Collectors.averagingDouble(TestTimeRecord::accuracy)));
  }

  private record Continual(Map<String, Double> figures, List<List<Double>> matrix) {}

  private static Continual continual(Experiment experiment, List<RoundRecord> rounds) {
    int tasks = StreamedData.tasks(experiment.data().clients());
    if (tasks == 0) {
      return new Continual(Map.of(), List.of());
    }
    int classes = experiment.data().classes();
    AccuracyMatrix all = AccuracyMatrix.overAllClasses(rounds, "", classes);
    AccuracyMatrix within =
        AccuracyMatrix.withinTasks(rounds, "", StreamedData.chance(experiment.data().clients()));
    Map<String, Double> figures = new LinkedHashMap<>(all.figures());
    within.figures().forEach((name, value) -> figures.put("taskAware." + name, value));
    return new Continual(figures, all.toLists());
  }

  /** SHA-256 over a line {@code client hash} for each client that keeps state, sorted. */
  static String localStateSha256(GlobalState state) {
    StringBuilder lines = new StringBuilder();
    state
        .localStates()
        .forEach((client, hash) -> lines.append(client).append(' ').append(hash).append('\n'));
    return Sha256.hex(lines.toString());
  }

  /**
   * The failure that an early end means to the user.
   *
   * @param goOn the command that takes the run up again
   * @param tasksWeighed whether layers weigh tasks, whose pull has a strength of its own
   */
  static Failure failure(RunRecorder.Aborted aborted, String goOn, boolean tasksWeighed) {
    String reason = aborted.reason();
    StringBuilder message = new StringBuilder(reason);
    boolean diverged =
        Stream.of("NOT_FINITE", "OUT_OF_RANGE", "cannot quantise").anyMatch(reason::contains);
    if (diverged) {
      message.append(
          "; numbers that are not finite, or so large, mostly come from a learning rate that is too"
              + " high: lower federation.optimizer.lr");
      if (tasksWeighed) {
        message.append(" or adab2n.lambda");
      }
    }
    if (reason.contains("deadline-seconds")) {
      message.append(
          "; a run in one process gets more time with: tributary resume RUN --deadline SECONDS");
    }
    // The same numbers diverge again; what was lost or short of memory may not be, the next time.
    message.append(
        diverged && aborted.kind() == RunEvent.Reason.UPDATES_REFUSED
            ? "; what is done is kept, but going on would come to the same: begin anew with other"
                + " settings and another --out"
            : "; what is done is kept, go on with: " + goOn);
    return new Failure(
        switch (aborted.kind()) {
          case ROUND_FAILED -> ExitCode.QUORUM;
          case UPDATES_REFUSED -> ExitCode.UPDATES_REFUSED;
          case EVALUATION_FAILED -> ExitCode.RUN_FAILED;
          case DISK -> ExitCode.DISK;
          case INTERNAL -> ExitCode.INTERNAL;
        },
        message.toString());
  }
}
