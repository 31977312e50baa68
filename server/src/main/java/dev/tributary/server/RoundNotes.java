package dev.tributary.server;

import dev.tributary.engine.files.Durability;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.RoundMessage.Evaluated;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.RoundMessage.Updated;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the server notes down about a round while it runs: bytes, seconds, results. */
final class RoundNotes {
  private final TreeMap<String, Map<String, Evaluation>> evaluations = new TreeMap<>();
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private List<Updated> updates = List.of();
  private List<Refused> refusals = List.of();
  private boolean complete;
  private RoundOutcome.Traffic traffic = RoundOutcome.Traffic.NONE;
  private long mark = System.nanoTime();

  /** Notes of a new round; the checkpoint before it was still being written when it was told. */
  RoundNotes(double checkpointSeconds) {
    seconds.put("checkpoint", checkpointSeconds);
  }

  void trainEnds(RoundOutcome outcome) {
    lap("train");
    refusals = outcome.refusals();
    traffic = outcome.traffic();
    switch (outcome) {
      case RoundOutcome.Complete done -> {
        complete = true;
        updates = done.updates();
      }
      case RoundOutcome.Partial done -> updates = done.updates();
      case RoundOutcome.Failed _ -> updates = List.of();
    }
  }

  void averaged() {
    lap("aggregate");
  }

  void evaluated(Evaluated result) {
    evaluations.put(result.client(), result.results());
  }

  void evaluationEnds() {
    lap("evaluate");
  }

  RunEvent.RoundEnded event(GlobalState state, List<String> cohort, Durability durability) {
    return new RunEvent.RoundEnded(
        state.round(),
        complete,
        cohort,
        updates,
        refusals,
        evaluations,
        state.weights(),
        state.localStates(),
        traffic.down(),
        traffic.up(),
        traffic.upAtFp32(),
        seconds,
        durability);
  }

  private void lap(String phase) {
    long now = System.nanoTime();
    seconds.merge(phase, (now - mark) / 1e9, Double::sum);
    mark = now;
  }
}
