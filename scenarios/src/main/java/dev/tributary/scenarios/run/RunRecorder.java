package dev.tributary.scenarios.run;

import dev.tributary.client.TaskSplit;
import dev.tributary.engine.diagnostics.Diagnostics;
import dev.tributary.engine.files.Durability;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.WireSize.Sizes;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.DomainMetrics;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.StreamRecord;
import dev.tributary.scenarios.output.TaskMetrics;
import dev.tributary.scenarios.output.TensorBoardLog;
import dev.tributary.scenarios.output.TimeSplit;
import dev.tributary.server.GlobalState;
import dev.tributary.server.RunEvent;
import dev.tributary.server.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Writes down what happens: a line of metrics per round, TensorBoard's curves whenever rounds are
 * brought to the disk, the progress, and in the end how it ended.
 */
final class RunRecorder implements RunListener {

  /** How a run ended. */
  sealed interface End {}

  /** All rounds are done. */
  record Completed(GlobalState state) implements End {}

  /** It stopped before; the last checkpoint is good. */
  record Aborted(RunEvent.Reason kind, String reason) implements End {}

  private final Experiment experiment;
  private final MetricsLog metrics;
  private final Path board;
  private final List<RoundRecord> rounds;
  private final RunProgress progress;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private boolean boardBehind;
  private SortedMap<String, String> domains = new TreeMap<>();

  /**
   * @param earlier the rounds of earlier sessions, which the metrics hold already
   * @param board the folder of TensorBoard's event file
   */
  RunRecorder(
      Experiment experiment,
      MetricsLog metrics,
      List<RoundRecord> earlier,
      Path board,
      RunProgress progress) {
    this.experiment = experiment;
    this.metrics = metrics;
    this.board = board;
    this.rounds = new ArrayList<>(earlier);
    this.progress = progress;
  }

  /** Completes when the run has ended. */
  CompletableFuture<End> end() {
    return end;
  }

  /** All rounds so far; to be asked for when the run has ended. */
  List<RoundRecord> rounds() {
    return List.copyOf(rounds);
  }

  @Override
  public void on(RunEvent event) throws IOException {
    try {
      record(event);
    } catch (Failure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void record(RunEvent event) {
    switch (event) {
      case RunEvent.Started started -> {
        domains = started.domains();
        progress.started(started.from(), experiment.server().rounds(), experiment.data().titles());
      }
      case RunEvent.Progress(int round, int answered, int cohort) ->
          progress.answered(round, answered, cohort);
      case RunEvent.RoundEnded ended -> {
        RoundRecord record = record(ended);
        metrics.append(record, ended.durability());
        rounds.add(record);
        boardBehind |= !record.test().isEmpty() || !record.validation().isEmpty();
        if (boardBehind && ended.durability() == Durability.NOW) {
          TensorBoardLog.write(board, rounds, 0);
          boardBehind = false;
        }
        progress.round(record);
      }
      case RunEvent.Completed(GlobalState state) -> end.complete(new Completed(state));
      case RunEvent.Aborted(RunEvent.Reason kind, String reason) ->
          end.complete(new Aborted(kind, reason));
    }
  }

  private RoundRecord record(RunEvent.RoundEnded round) {
    double seconds = round.seconds().values().stream().mapToDouble(s -> s).sum();
    long samples = round.updates().stream().mapToLong(Updated::samples).sum();
    double loss = round.updates().stream().mapToDouble(u -> u.meanLoss() * u.samples()).sum();
    Map<String, Integer> refusals = new TreeMap<>();
    for (Refused refused : round.refusals()) {
      refusals.merge(refused.code().name(), 1, Integer::sum);
    }
    Map<String, Double> divergence = new TreeMap<>();
    round.updates().forEach(u -> divergence.put(u.client(), u.deltaNorm()));
    Optional<Diagnostics> diagnostics = diagnostics(round);
    return new RoundRecord(
        round.round(),
        round.complete() ? "complete" : "partial",
        seconds,
        round.cohort().size(),
        round.updates().size(),
        round.refusals().size(),
        refusals,
        samples == 0 ? Double.NaN : loss / samples,
        samples / Math.max(1e-9, round.seconds().getOrDefault("train", seconds)),
        byDomain(round.evaluations(), "validation"),
        byDomain(round.evaluations(), "test"),
        streams(round),
        diagnostics.map(Diagnostics::layers).orElse(List.of()),
        diagnostics.map(RunRecorder::features).orElse(Map.of()),
        divergence,
        kinds(round.up()),
        kinds(round.upAtFp32()),
        kinds(round.down()),
        new TimeSplit(
            seconds(round, "train"),
            seconds(round, "evaluate"),
            seconds(round, "aggregate"),
            seconds(round, "checkpoint")));
  }

  private Map<String, DomainMetrics> byDomain(
      SortedMap<String, Map<String, Evaluation>> evaluations, String split) {
    TreeMap<String, Evaluation> sums = new TreeMap<>();
    evaluations.forEach(
        (client, results) -> {
          Evaluation result = whole(results, split);
          String domain = domains.get(client);
          if (result.examples() > 0 && domain != null) {
            sums.merge(domain, result, Evaluation::plus);
          }
        });
    Map<String, DomainMetrics> metricsOf = new LinkedHashMap<>();
    sums.forEach(
        (domain, sum) ->
            metricsOf.put(
                domain, new DomainMetrics(sum.examples(), sum.correct(), sum.meanLoss())));
    return metricsOf;
  }

  /** How the shared model stands; what clients keep is as it was at first. */
  private Optional<Diagnostics> diagnostics(RunEvent.RoundEnded round) {
    if (!experiment.scenario().diagnostics() || round.evaluations().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnostics.of(
            experiment.model(),
            experiment.scenario().engine(),
            experiment.shared().scatter(round.weights(), experiment.initial()),
            experiment.data().clients().firstEntry().getValue().train(),
            Diagnostics.RANK_EXAMPLES));
  }

  private static Map<String, Double> features(Diagnostics diagnostics) {
    Map<String, Double> features = new LinkedHashMap<>();
    features.put("effectiveRank", diagnostics.effectiveRank());
    features.put("width", (double) diagnostics.featureWidth());
    return features;
  }

  /** A split's result: its own, or the sum over its tasks. */
  private static Evaluation whole(Map<String, Evaluation> results, String split) {
    Evaluation sum = results.getOrDefault(split, Evaluation.NONE);
    for (Map.Entry<String, Evaluation> result : new TreeMap<>(results).entrySet()) {
      if (TaskSplit.of(result.getKey()).filter(t -> t.split().equals(split)).isPresent()) {
        sum = sum.plus(result.getValue());
      }
    }
    return sum;
  }

  /** Each client's task and how it does on all tasks, on the last of the splits that there are. */
  private Map<String, StreamRecord> streams(RunEvent.RoundEnded round) {
    Map<String, StreamRecord> streams = new TreeMap<>();
    experiment
        .data()
        .clients()
        .forEach(
            (id, client) ->
                client.stream()
                    .ifPresent(
                        stream ->
                            streams.put(
                                id,
                                new StreamRecord(
                                    stream.task(round.round()),
                                    tasks(round.evaluations().getOrDefault(id, Map.of()))))));
    return streams;
  }

  private static List<TaskMetrics> tasks(Map<String, Evaluation> results) {
    List<TaskMetrics> validation = tasks(results, "validation");
    List<TaskMetrics> test = tasks(results, "test");
    return test.isEmpty() ? validation : test;
  }

  private static List<TaskMetrics> tasks(Map<String, Evaluation> results, String split) {
    List<TaskMetrics> tasks = new ArrayList<>();
    new TreeMap<>(results)
        .forEach(
            (name, e) ->
                TaskSplit.of(name)
                    .filter(t -> t.split().equals(split))
                    .ifPresent(
                        t ->
                            tasks.add(
                                new TaskMetrics(
                                    t.task(),
                                    e.examples(),
                                    e.correct(),
                                    e.correctWithin(),
                                    e.meanLoss()))));
    return tasks;
  }

  private static Map<String, Long> kinds(Sizes sizes) {
    Map<String, Long> kinds = new LinkedHashMap<>();
    kinds.put("payload", sizes.payload());
    kinds.put("metadata", sizes.metadata());
    kinds.put("framing", sizes.framing());
    return kinds;
  }

  private static double seconds(RunEvent.RoundEnded round, String phase) {
    return round.seconds().getOrDefault(phase, 0.0);
  }
}
