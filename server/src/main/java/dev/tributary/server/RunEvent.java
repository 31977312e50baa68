package dev.tributary.server;

import dev.tributary.engine.files.Durability;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.WireSize.Sizes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What happens in a run, for progress lines, metrics and reports. */
public sealed interface RunEvent {

  /**
   * All clients are there; rounds begin.
   *
   * @param domains the domain of each client
   * @param from the first round that will run
   */
  record Started(SortedMap<String, String> domains, int from) implements RunEvent {}

  /** A client's update has come in (taken or not). */
  record Progress(int round, int answered, int cohort) implements RunEvent {}

  /**
   * A round has ended; its checkpoint is written next.
   *
   * @param round from 1
   * @param complete whether every client of the cohort contributed
   * @param cohort the clients asked
   * @param updates what they reported, sorted by client
   * @param refusals what was not taken
   * @param evaluations by client, then by split; empty if this round was not evaluated
   * @param weights the shared weights after the round
   * @param localStates SHA-256 of what each client keeps
   * @param down bytes to the cohort: weights and orders to train
   * @param up bytes from the cohort: deltas and reports
   * @param upAtFp32 what those would be if deltas had travelled as float32
   * @param seconds by phase: train, aggregate, evaluate, and the checkpoint before the round
   * @param durability when what is noted down of it and of the rounds before it must be on the
   *     disk; its checkpoint will be no sooner
   */
  record RoundEnded(
      int round,
      boolean complete,
      List<String> cohort,
      List<Updated> updates,
      List<Refused> refusals,
      SortedMap<String, Map<String, Evaluation>> evaluations,
      ParameterVector weights,
      SortedMap<String, String> localStates,
      Sizes down,
      Sizes up,
      Sizes upAtFp32,
      Map<String, Double> seconds,
      Durability durability)
      implements RunEvent {}

  /** The run has ended well after its last round. */
  record Completed(GlobalState state) implements RunEvent {}

  /**
   * The run has ended before its last round; it can be resumed from its last checkpoint.
   *
   * @param reason what happened and what to do
   */
  record Aborted(Reason kind, String reason) implements RunEvent {}

  /** Why a run ended early. */
  enum Reason {
    /** Too few clients answered. */
    ROUND_FAILED,
    /** Enough answered, but too few of their updates could be taken. */
    UPDATES_REFUSED,
    /** An evaluation was not possible. */
    EVALUATION_FAILED,
    /** A checkpoint or a metric could not be written. */
    DISK,
    /** Something that should not happen. */
    INTERNAL
  }
}
