package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;

/**
 * The weighted mean of vectors that arrive one by one, in any order, with the same bits for every
 * order; memory is one number per parameter, however many vectors come.
 *
 * <p><b>Number format.</b> Each term {@code share * value} is rounded once to a multiple of 2^-44
 * and added as a 64-bit integer. Integer addition is associative, so the order cannot matter.
 *
 * <p><b>Range.</b> Values may be up to {@link #MAX_MAGNITUDE} = 2^18 in magnitude. Shares are
 * rounded to multiples of 2^-40 and may sum to 1 and the rounding of each, which {@link #add} holds
 * them to; so a sum stays within 2^62 (1 + K 2^-40) and cannot overflow for K below 2^40 vectors.
 *
 * <p><b>Error.</b> With K vectors whose shares sum to S, each element of the mean is within {@code
 * (K 2^-45 + 2^-50 sum|terms|) / S} of the exact mean weighted by the rounded shares, before its
 * own rounding to float32: for K = 1,000, S = 1 and values below 0.01 that is 3e-11. Shares that
 * were not multiples of 2^-40 add at most {@code 2^-41 sum|value - mean| / S}; nothing where all
 * are the same.
 */
public final class MeanAccumulator {
  /** The largest magnitude of a value that {@link #add} takes. */
  public static final float MAX_MAGNITUDE = 0x1p18f;

  private static final double UNIT = 0x1p44;
  private static final double SHARE_UNIT = 0x1p40;
  private static final long WHOLE = 1L << 40;

  private final ParameterLayout layout;
  private final long[] sums;
  private long shares;
  private long vectors;

  /** An empty mean. */
  public MeanAccumulator(ParameterLayout layout) {
    this.layout = layout;
    this.sums = new long[layout.size()];
  }

  /** The index of the first element that {@link #add} could not take, or -1. */
  public static int firstOutOfRange(ParameterVector vector) {
    for (int i = 0; i < vector.size(); i++) {
      if (!(Math.abs(vector.get(i)) <= MAX_MAGNITUDE)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Adds a vector.
   *
   * @param vector finite and in range, or nothing is added and an exception thrown
   * @param share its share in the whole, in [2^-41, 1]; the shares of all vectors sum to at most 1
   */
  public void add(ParameterVector vector, double share) {
    vector.require(layout);
    long fixedShare = Math.round(share * SHARE_UNIT);
    if (!(share <= 1) || fixedShare <= 0) {
      throw new IllegalArgumentException("a share of the mean must be in [2^-41, 1], got " + share);
    }
    if (shares + fixedShare > WHOLE + vectors + 1) {
      throw new IllegalArgumentException(
          "the shares of a mean must sum to at most 1, got %s after %s".formatted(share, shares()));
    }
    int bad = firstOutOfRange(vector);
    if (bad >= 0) {
      throw new IllegalArgumentException(
          "element "
              + bad
              + " is "
              + vector.get(bad)
              + "; the mean takes magnitudes up to "
              + MAX_MAGNITUDE);
    }
    double scale = fixedShare / SHARE_UNIT * UNIT;
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (long) Math.rint(vector.get(i) * scale);
    }
    shares += fixedShare;
    vectors++;
  }

  /** The sum of the shares added so far. */
  public double shares() {
    return shares / SHARE_UNIT;
  }

  /** The mean of what was added, weighted by shares; at least one vector must have been. */
  public ParameterVector mean() {
    if (shares == 0) {
      throw new IllegalStateException("the mean of no vectors is not defined");
    }
    double scale = 1 / (UNIT * shares());
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] * scale);
    }
    return ParameterVector.of(layout, mean);
  }
}
