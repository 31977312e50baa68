package dev.tributary.datasets;

/**
 * How a pixel's byte becomes a feature: {@code (pixel / 255 - mean) / deviation}, in float32, the
 * same for every channel.
 *
 * @param mean subtracted from the pixel in [0, 1]
 * @param deviation divides the rest; finite and &gt; 0
 */
public record Scaling(float mean, float deviation) {

  /** Features in [-1, 1]: mean 0.5 and deviation 0.5, as FedBN prepares its digits. */
  public static final Scaling SYMMETRIC = new Scaling(0.5f, 0.5f);

  /** Features in [0, 1]: the pixel divided by 255. */
  public static final Scaling UNIT = new Scaling(0f, 1f);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public Scaling {
    if (!Float.isFinite(mean)) {
      throw new IllegalArgumentException("the mean of a scaling must be finite, got " + mean);
    }
    if (!(deviation > 0) || !Float.isFinite(deviation)) {
      throw new IllegalArgumentException(
          "the deviation of a scaling must be finite and > 0, got " + deviation);
    }
  }

  /** The feature of a pixel given as 0 to 255. */
  public float feature(int pixel) {
    return (pixel / 255f - mean) / deviation;
  }
}
