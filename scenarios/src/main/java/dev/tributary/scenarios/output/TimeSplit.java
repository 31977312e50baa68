package dev.tributary.scenarios.output;

/**
 * Where a round's time went, in seconds of the server's clock.
 *
 * @param train from the first order to train to the mean of the deltas
 * @param evaluate evaluation on validation and test splits
 * @param aggregate from the mean of the deltas to the encoded new weights
 * @param checkpoint writing the checkpoint before this round
 */
public record TimeSplit(double train, double evaluate, double aggregate, double checkpoint) {

  /** No time at all. */
  public static final TimeSplit NONE = new TimeSplit(0, 0, 0, 0);

  /** The two together. */
  public TimeSplit plus(TimeSplit other) {
    return new TimeSplit(
        train + other.train,
        evaluate + other.evaluate,
        aggregate + other.aggregate,
        checkpoint + other.checkpoint);
  }
}
