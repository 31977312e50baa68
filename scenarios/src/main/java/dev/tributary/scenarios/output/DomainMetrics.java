package dev.tributary.scenarios.output;

/**
 * How a model does on one domain's examples.
 *
 * @param examples the number of examples
 * @param correct how many of them were classified correctly
 * @param meanLoss the mean cross-entropy in nats; NaN without examples
 */
public record DomainMetrics(long examples, long correct, double meanLoss) {

  /** The share of correct ones in [0, 1]; NaN without examples. */
  public double accuracy() {
    return (double) correct / examples;
  }
}
