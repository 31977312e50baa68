package dev.tributary.scenarios.output;

import java.util.List;
import java.util.Map;

/**
 * {@code summary.json}: what a run came to. Accuracies are shares in [0, 1] on test splits after
 * the last round, unless said otherwise; an accuracy that was not measured is NaN (null in the
 * file).
 *
 * @param schemaVersion {@value #SCHEMA_VERSION}
 * @param status {@code complete} or {@code interrupted}
 * @param scenario the scenario's name
 * @param label names the run within a sweep; empty without one
 * @param method what a comparison calls it: runs with the same method differ in their seed only
 * @param algorithm the algorithm's id
 * @param strategy the continual method's id; empty without a stream and in files of older versions
 * @param model the model's id
 * @param seed the root of all randomness
 * @param rounds the rounds done
 * @param meanAccuracy the mean of the domains' accuracies, each counting the same
 * @param sampleWeightedAccuracy correct examples over all examples
 * @param domainAccuracy by domain
 * @param continual where data change over time: the figures of {@link AccuracyMatrix} among all
 *     classes and, with the prefix {@code taskAware.}, among a task's; empty otherwise
 * @param accuracyMatrix where data change over time: all clients' matrix among all classes, row i
 *     after task i; empty otherwise
 * @param testTime by method and batch size ({@code alpha-bn@200}): the mean accuracy over all
 *     corruptions at test time; empty where nothing followed training
 * @param validationAccuracy the mean of the domains' accuracies on their validation splits
 * @param weightsSha256 of the shared weights
 * @param localStateSha256 of what clients keep; of nothing where they keep nothing
 * @param seconds of the rounds of all sessions by the wall clock: training, evaluation,
 *     aggregation, checkpoints; not what is only told about them (diagnostics, metrics,
 *     TensorBoard)
 * @param samplesPerSecond samples trained on per second of that time
 * @param bytesUp all bytes from clients to server
 * @param bytesDown all bytes from server to clients
 * @param bytesUpByKind payload, metadata, framing
 * @param bytesUpAtFp32ByKind what {@code bytesUpByKind} would be if the same deltas had travelled
 *     as float32; empty in files of older versions
 * @param bytesDownByKind payload, metadata, framing
 * @param refusals by code: updates that were not averaged, and deltas or weights that had to be
 *     sent again
 * @param notes what a reader of the numbers must know, for example that data are synthetic
 */
public record RunSummary(
    int schemaVersion,
    String status,
    String scenario,
    String label,
    String method,
    String algorithm,
    @AddedLater String strategy,
    String model,
    long seed,
    int rounds,
    double meanAccuracy,
    double sampleWeightedAccuracy,
    Map<String, Double> domainAccuracy,
    Map<String, Double> continual,
    List<List<Double>> accuracyMatrix,
    Map<String, Double> testTime,
    double validationAccuracy,
    String weightsSha256,
    String localStateSha256,
    double seconds,
    double samplesPerSecond,
    long bytesUp,
    long bytesDown,
    Map<String, Long> bytesUpByKind,
    Map<String, Long> bytesUpAtFp32ByKind,
    Map<String, Long> bytesDownByKind,
    Map<String, Integer> refusals,
    List<String> notes) {
  /** The version of this file's format. */
  public static final int SCHEMA_VERSION = 1;

  /** The status of a run that did all its rounds. */
  public static final String COMPLETE = "complete";

  /** The status of a run that can be resumed. */
  public static final String INTERRUPTED = "interrupted";

  /** The methods that trained: the federated one and, where data change over time, the other. */
  public String methods() {
    return strategy.isEmpty() ? algorithm : algorithm + " + " + strategy;
  }

  /** Whether all its rounds are done. */
  public boolean isComplete() {
    return status.equals(COMPLETE);
  }

  /**
   * The bytes from clients to server as a share of what they would be with deltas in float32; NaN
   * where that is not known.
   */
  public double upShareOfFp32() {
    long plain = bytesUpAtFp32ByKind.values().stream().mapToLong(b -> b).sum();
    return plain == 0 ? Double.NaN : (double) bytesUp / plain;
  }
}
