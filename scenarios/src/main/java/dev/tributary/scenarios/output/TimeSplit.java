package dev.tributary.scenarios.output;

/**
 * Where a round's time went, in seconds. Training and evaluation are summed over workers, so the
 * parts may add up to more than the round took.
 *
 * @param train clients' local training
 * @param evaluate evaluation on validation and test splits
 * @param aggregate decoding, checking and averaging of updates
 * @param checkpoint writing the checkpoint
 * @param waiting everything else: messages, stragglers, idle workers
 */
public record TimeSplit(
    double train, double evaluate, double aggregate, double checkpoint, double waiting) {

  /** No time at all. */
  public static final TimeSplit NONE = new TimeSplit(0, 0, 0, 0, 0);

  /** The two together. */
  public TimeSplit plus(TimeSplit other) {
    return new TimeSplit(
        train + other.train,
        evaluate + other.evaluate,
        aggregate + other.aggregate,
        checkpoint + other.checkpoint,
        waiting + other.waiting);
  }
}
