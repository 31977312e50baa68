package dev.tributary.engine.training;

/**
 * How a model does on a set of examples, as sums, so that parts can be added exactly.
 *
 * @param examples the number of examples
 * @param correct how many of them the highest logit names correctly (the first of equals counts)
 * @param correctWithin how many the highest logit among the classes of their task names correctly;
 *     the same as {@code correct} where no task restricts the classes
 * @param lossSum the sum of their cross-entropies, in nats
 */
public record Evaluation(long examples, long correct, long correctWithin, double lossSum) {

  /** Nothing evaluated. */
  public static final Evaluation NONE = new Evaluation(0, 0, 0);

  /** Of examples that may have any class. */
  public Evaluation(long examples, long correct, double lossSum) {
    this(examples, correct, correct, lossSum);
  }

  /** The two together. */
  public Evaluation plus(Evaluation other) {
    return new Evaluation(
        examples + other.examples,
        correct + other.correct,
        correctWithin + other.correctWithin,
        lossSum + other.lossSum);
  }

  /** The share of correct ones in [0, 1]; NaN without examples. */
  public double accuracy() {
    return (double) correct / examples;
  }

  /** The mean cross-entropy in nats; NaN without examples. */
  public double meanLoss() {
    return lossSum / examples;
  }
}
