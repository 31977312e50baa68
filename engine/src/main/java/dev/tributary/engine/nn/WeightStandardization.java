package dev.tributary.engine.nn;

/**
 * Scaled weight standardisation (Brock, De, Smith and Simonyan, "High-Performance Large-Scale Image
 * Recognition Without Normalization", 2021): each output channel's weights are centred, divided by
 * {@code sqrt(max(N * var, floor))}, N being their number, and multiplied by a learned gain.
 *
 * @param ddof what is taken off N in the variance's divisor: 0 (the authors' code) or 1 (some
 *     PyTorch ports; the rows are then shorter by sqrt((N - 1) / N))
 * @param floor the least value of {@code N * var}, &gt; 0; a floor, not added
 */
public record WeightStandardization(int ddof, double floor) {
  /** The authors' code: biased variance, floor 1e-4. */
  public static final WeightStandardization DEFAULT = new WeightStandardization(0, 1e-4);

  /** Checks the ranges. */
  public WeightStandardization {
    if (ddof != 0 && ddof != 1) {
      throw new IllegalArgumentException(
          "the ddof of weight standardisation must be 0 or 1, got " + ddof);
    }
    if (!(floor > 0)) {
      throw new IllegalArgumentException(
          "the floor of weight standardisation must be > 0, got " + floor);
    }
  }
}
