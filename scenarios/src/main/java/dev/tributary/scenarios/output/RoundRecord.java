package dev.tributary.scenarios.output;

import dev.tributary.engine.diagnostics.LayerDiagnostics;
import java.util.List;
import java.util.Map;

/**
 * One line of {@code metrics.jsonl}: the facts of one round.
 *
 * @param round from 1
 * @param outcome {@code complete} or {@code partial}; a round that fails ends the run and has no
 *     line
 * @param seconds wall-clock time
 * @param cohort how many clients were asked
 * @param received how many updates were averaged
 * @param refused how many refusals there were; a client can have several
 * @param refusals how many by refusal code
 * @param meanTrainLoss the mean training loss over clients, weighted by samples; NaN if none
 *     trained
 * @param samplesPerSecond samples trained on per second of wall-clock time
 * @param validation by domain; empty if not evaluated
 * @param test by domain; empty if not evaluated
 * @param streams by client, where data change over time: its task and how it does on all tasks;
 *     empty otherwise
 * @param layers what the shared model's layers do, where {@code evaluation.diagnostics} asks for
 *     it; empty otherwise
 * @param features {@code effectiveRank} and {@code width} of the last features; empty like layers
 * @param clientDivergence by client: the Euclidean norm of its delta
 * @param bytesUp by kind (payload, metadata, framing), clients to server
 * @param bytesUpAtFp32 what {@code bytesUp} would be if the same deltas had travelled as float32;
 *     empty in files of older versions
 * @param bytesDown by kind, server to clients
 * @param time where the time went
 */
public record RoundRecord(
    int round,
    String outcome,
    double seconds,
    int cohort,
    int received,
    int refused,
    Map<String, Integer> refusals,
    double meanTrainLoss,
    double samplesPerSecond,
    Map<String, DomainMetrics> validation,
    Map<String, DomainMetrics> test,
    Map<String, StreamRecord> streams,
    List<LayerDiagnostics> layers,
    Map<String, Double> features,
    Map<String, Double> clientDivergence,
    Map<String, Long> bytesUp,
    Map<String, Long> bytesUpAtFp32,
    Map<String, Long> bytesDown,
    TimeSplit time) {

  /** The mean over domains of the test accuracies, each domain counting the same; NaN if none. */
  public double meanTestAccuracy() {
    return mean(test);
  }

  /** The same for the validation split. */
  public double meanValidationAccuracy() {
    return mean(validation);
  }

  private static double mean(Map<String, DomainMetrics> domains) {
    return domains.values().stream()
        .mapToDouble(DomainMetrics::accuracy)
        .average()
        .orElse(Double.NaN);
  }
}
