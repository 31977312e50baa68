package dev.tributary.scenarios.output;

/**
 * One line of {@code test-time.jsonl}: how a method of adaptation did on one shift.
 *
 * @param adapter the method's id
 * @param batchSize samples per batch
 * @param reset when the method went back to the source
 * @param shift what the images went through: {@code clean}, {@code fog}, {@code mixed}, {@code
 *     unseen pen}
 * @param severity of a corruption, 1 to 5; 0 for none
 * @param examples the number of examples
 * @param correct how many of them were classified correctly
 * @param meanLoss the mean cross-entropy in nats
 * @param meanEntropy the mean entropy of a prediction in nats
 * @param ece the expected calibration error, in [0, 1]
 */
public record TestTimeRecord(
    String adapter,
    int batchSize,
    String reset,
    String shift,
    int severity,
    long examples,
    long correct,
    double meanLoss,
    double meanEntropy,
    double ece) {

  /** The share of correct ones in [0, 1]. */
  public double accuracy() {
    return (double) correct / examples;
  }

  /** Whether the images were corrupted, rather than clean or of an unseen domain. */
  public boolean corrupted() {
    return severity > 0;
  }
}
