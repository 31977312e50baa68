package dev.tributary.engine.integer;

import java.lang.foreign.MemorySegment;

/**
 * L1 batch normalisation from codes to codes, and back: {@link
 * dev.tributary.engine.nn.L1BatchNorm}'s update with integer sums and a fixed-point reciprocal per
 * channel, without a square or a root. Source of the idea: Guo et al. (arXiv 2411.10948), whose
 * text on it was not at hand; the integer form is ours.
 *
 * <p>Forward, for the n codes x of a channel with scale s_x:
 *
 * <pre>
 *   S = sum x,  t = floor(S / n),  V = sum max(x - t, 0),  N = #{x &gt; t}
 *   sum|x - S/n| = 2 (n V + N (n t - S)) / n               (exact: deviations sum to 0)
 *   s1   = s_x kappa sum|x - S/n| / n,   r = 1 / (s1 + eps)
 *   y    = clamp((x M + B) &gt;&gt; F, -qmax, qmax),   M = round(2^F gamma s_x r / s_y)
 *   s_y  = max |gamma s_x r (x - S/n) + beta| / qmax,  of each channel's least and largest x
 * </pre>
 *
 * <p>Backward, for codes g of dy with scale s_g; sg = sign(x - S/n) is exact:
 *
 * <pre>
 *   e = mean(g) - k mean(sg),  k = kappa s_x r (n sum(g x) - S sum(g)) / n^2
 *   dx/s_dx = A (g - e - k sg),  A = gamma s_g r / s_dx
 *   v = floor(2^8 dx/s_dx + w) / 2^8,  a code = floor(v + u)
 *   s_dx    = max_c |gamma_c| s_g r (max_c |g - e| + |k|) / qmax
 * </pre>
 *
 * <p>Symbols: s_y, s_dx = returned scales; B holds beta and the mean; F = the most bits below the
 * point, at most 24, that keep 32-bit arithmetic exact; u = a draw of 8 bits that depends on the
 * key and the element's place alone; w = one of 14 bits that depends on the key, the channel, g and
 * whether x is above the mean.
 *
 * <p>Choices. The scale of y is that of its largest element and the scale of dx a bound from the
 * channels' extremes, so nothing is clipped and the draws keep codes of dx unbiased (to 2^-15 of a
 * code). A gradient has two draws, a coarse one of its own and a fine one that it shares with those
 * of the same channel, code and sign: whatever a code's worth, its average over keys is exact, and
 * an element costs a byte of draws. What is shared is at most 2^-8 of a code. What is kept for the
 * way back are the input's own codes, which the layer before has in any case: the sign of a
 * deviation is the comparison with the mean, with sign(0) = 0, so there are neither sign bits nor a
 * rounded xhat. The few numbers of a channel are doubles computed from exact sums; only they are.
 *
 * <p>Difference to floating point, for codes as they are: |y error| is at most half a code and 2^-6
 * of one; dx is off by less than one code, by 0 on average.
 *
 * <p>Cost: forward two passes over a channel, which the first brings into the cache, and one over
 * the tensor; backward two over the tensor; a byte an element each.
 *
 * <p>An object keeps the statistics of its last batch, and is for one thread.
 */
public final class IntegerL1Norm {
  /** The most elements of a channel in a batch: products of sums stay below 2^63. */
  public static final int MOST_ELEMENTS = 1 << 22;

  /** The most positions of a channel in a sample: sums of products stay below 2^31. */
  public static final int MOST_POSITIONS = 1 << 16;

  private static final int POINT = 22;

  private final IntegerL1NormLoops loops;
  private final double kappa;
  private final double eps;
  private final int qmax;
  private final IntegerL1NormLoops.Place[] places;
  private final double[] mean;
  private final double[] spread;
  private final long[] sums;
  private final long[] signs;
  private final double[] centers;
  private final double[] pulls;
  private final double[] bounds;
  private final float[] scales;
  private final float[] scaleGradient;
  private final float[] shiftGradient;
  private final long[] out = new long[6];
  private double inputScale;
  private int batch;
  private int positions;

  /**
   * By the fastest way of this machine.
   *
   * @param channels how many
   * @param kappa what the mean absolute deviation is multiplied with, &gt; 0
   * @param eps added to the spread, in units of the input, &gt; 0
   * @param bits of the codes of y and dx, 2 to 8
   */
  public IntegerL1Norm(int channels, double kappa, double eps, int bits) {
    this(channels, kappa, eps, bits, IntegerL1NormLoops.fastest());
  }

  IntegerL1Norm(int channels, double kappa, double eps, int bits, IntegerL1NormLoops loops) {
    require(channels >= 1, "channels", ">= 1", channels);
    require(kappa > 0 && Double.isFinite(kappa), "kappa", "> 0", kappa);
    require(eps > 0 && Double.isFinite(eps), "eps", "> 0", eps);
    require(bits >= 2 && bits <= 8, "bits", "2 to 8", bits);
    this.loops = loops;
    this.kappa = kappa;
    this.eps = eps;
    this.qmax = (1 << (bits - 1)) - 1;
    this.places = new IntegerL1NormLoops.Place[channels];
    this.mean = new double[channels];
    this.spread = new double[channels];
    this.sums = new long[channels];
    this.signs = new long[channels];
    this.centers = new double[channels];
    this.pulls = new double[channels];
    this.bounds = new double[channels];
    this.scales = new float[channels];
    this.scaleGradient = new float[channels];
    this.shiftGradient = new float[channels];
  }

  /** Which loops run: {@code native} or {@code java}, with the same bits. */
  public String tier() {
    return loops.tier();
  }

  /** The last batch's means, in units of the input, [channels]; not to be written. */
  public double[] mean() {
    return mean;
  }

  /** The last batch's spreads s1, in units of the input, [channels]; not to be written. */
  public double[] spread() {
    return spread;
  }

  /** dgamma of the last {@link #backward}, [channels]; not to be written. */
  public float[] scaleGradient() {
    return scaleGradient;
  }

  /** dbeta of the last {@link #backward}, [channels]; not to be written. */
  public float[] shiftGradient() {
    return shiftGradient;
  }

  /**
   * Normalises a batch.
   *
   * @param x codes [batch, channels, positions], native memory; must stay as it is until {@link
   *     #backward}
   * @param scale s_x, &gt; 0
   * @param samples the batch, &ge; 1
   * @param perChannel positions of a channel in a sample, at most {@link #MOST_POSITIONS}
   * @param gamma [channels], finite
   * @param beta [channels], finite
   * @param y codes of the output, written; as long as x, not x itself
   * @return s_y
   */
  public double forward(
      MemorySegment x,
      double scale,
      int samples,
      int perChannel,
      float[] gamma,
      float[] beta,
      MemorySegment y) {
    require(scale > 0 && Double.isFinite(scale), "the scale of x", "> 0 and finite", scale);
    requireSize(samples, perChannel, x, y);
    for (int c = 0; c < mean.length; c++) {
      require(Float.isFinite(gamma[c]), "every gamma", "finite", gamma[c]);
      require(Float.isFinite(beta[c]), "every beta", "finite", beta[c]);
    }
    places(samples, perChannel);
    inputScale = scale;
    double most = 0;
    for (int c = 0; c < mean.length; c++) {
      scales[c] = gamma[c];
      spread(x, c);
      double factor = gamma[c] * inputScale / (spread[c] + eps);
      double middle = (double) sums[c] / ((long) batch * positions);
      double from = factor * (out[4] - middle) + beta[c];
      double to = factor * (out[5] - middle) + beta[c];
      most = Math.max(most, Math.max(Math.abs(from), Math.abs(to)));
    }
    double outputScale = most == 0 ? 1 : most / qmax;
    for (int c = 0; c < mean.length; c++) {
      apply(x, c, gamma[c] / outputScale, beta[c] / outputScale, y);
    }
    return outputScale;
  }

  private void places(int samples, int perChannel) {
    if (samples == batch && perChannel == positions) {
      return;
    }
    batch = samples;
    positions = perChannel;
    for (int c = 0; c < places.length; c++) {
      places[c] = new IntegerL1NormLoops.Place(c, places.length, batch, positions);
    }
  }

  /** The channel's statistics; {@code out} keeps the least and the largest code. */
  private void spread(MemorySegment x, int c) {
    long n = (long) batch * positions;
    loops.spread(x, places[c], out);
    long sum = out[0];
    long t = Math.floorDiv(sum, n);
    long beyond = n * out[1] + out[2] * (n * t - sum);
    sums[c] = sum;
    signs[c] = out[2] - (n - out[2] - out[3]);
    mean[c] = inputScale * sum / n;
    spread[c] = inputScale * kappa * (2.0 * beyond / n / n);
  }

  private void apply(MemorySegment x, int c, double gamma, double beta, MemorySegment y) {
    long n = (long) batch * positions;
    long t = Math.floorDiv(sums[c], n);
    double factor = gamma * inputScale / (spread[c] + eps);
    double offset = beta - factor * ((double) (sums[c] - n * t) / n);
    // A constant channel has nothing to multiply; another's factor is at most 2 qmax.
    double held = spread[c] == 0 ? 0 : factor;
    int shift = 24;
    while (shift > 0
        && (Math.abs(held) * (1L << shift) > 0x1p22 || Math.abs(offset) * (1L << shift) > 0x1p29)) {
      shift--;
    }
    int multiplier = (int) Math.rint(held * (1L << shift));
    long level = Math.round(offset * (1L << shift)) + (1L << shift) / 2 - t * multiplier;
    loops.apply(x, places[c], multiplier, (int) level, shift, qmax, y);
  }

  /**
   * The gradients.
   *
   * @param x what {@link #forward} was given
   * @param dy codes of the output's gradient, native memory
   * @param scale s_g, &gt; 0
   * @param key of the draws; give each layer and step its own, from the tree of seeds
   * @param dx codes of the input's gradient, written; as long as dy, not dy itself
   * @return s_dx
   */
  public double backward(
      MemorySegment x, MemorySegment dy, double scale, long key, MemorySegment dx) {
    require(batch > 0, "a forward pass", "done before a backward pass", "none");
    require(scale > 0 && Double.isFinite(scale), "the scale of dy", "> 0 and finite", scale);
    requireSize(batch, positions, dy, dx);
    double most = 0;
    for (int c = 0; c < mean.length; c++) {
      moments(x, dy, places[c], scale);
      most = Math.max(most, bounds[c]);
    }
    // A little above the bound, so that no rounding takes a code beyond qmax: that of the factor
    // moves
    // a level by half a step of 2^-POINT for each unit of a gradient's code, of its parts by a
    // step.
    double margin = Math.max(0x1p-20, Math.scalb(66.0, -POINT) / qmax);
    double outputScale = most == 0 ? 1 : most / qmax * (1 + margin);
    for (int c = 0; c < mean.length; c++) {
      double factor =
          bounds[c] == 0 ? 0 : scales[c] * scale / (spread[c] + eps) / outputScale * (1 << POINT);
      long middle = Math.round(-factor * centers[c]);
      long pull = Math.round(factor * pulls[c]);
      long n = (long) batch * positions;
      long t = Math.floorDiv(sums[c], n);
      // Modulo 2^32: what these add up to fits again.
      IntegerL1NormLoops.Down down =
          new IntegerL1NormLoops.Down(
              (int) t,
              (int) Math.round(factor),
              (int) (middle - pull),
              (int) (sums[c] == n * t ? middle : middle + pull),
              (int) (middle + pull));
      loops.down(x, dy, places[c], down, key, dx);
    }
    return outputScale;
  }

  private void moments(
      MemorySegment x, MemorySegment dy, IntegerL1NormLoops.Place place, double scale) {
    int c = (int) place.channel();
    loops.moments(x, dy, place, out);
    double n = (double) batch * positions;
    double inverse = 1 / (spread[c] + eps);
    long exact = (long) batch * positions * out[1] - sums[c] * out[0];
    double moment = inputScale * inverse * exact / n;
    pulls[c] = kappa * moment / n;
    centers[c] = out[0] / n - pulls[c] * signs[c] / n;
    bounds[c] =
        Math.abs(scales[c])
            * scale
            * inverse
            * (Math.max(out[3] - centers[c], centers[c] - out[2]) + Math.abs(pulls[c]));
    scaleGradient[c] = (float) (scale * moment);
    shiftGradient[c] = (float) (scale * out[0]);
  }

  private void requireSize(int samples, int perChannel, MemorySegment a, MemorySegment b) {
    require(samples >= 1, "the batch", ">= 1", samples);
    require(
        perChannel >= 1 && perChannel <= MOST_POSITIONS,
        "the positions of a channel",
        "1 to 65536, for 32-bit sums",
        perChannel);
    long n = (long) samples * perChannel;
    require(
        n >= 2 && n <= MOST_ELEMENTS,
        "the elements of a channel in a batch",
        "2 to 4194304, for exact sums; take a smaller batch",
        n);
    long size = n * mean.length;
    require(size <= Integer.MAX_VALUE, "the codes of a tensor", "fewer than 2^31", size);
    require(
        Math.min(a.byteSize(), b.byteSize()) >= size,
        "the memory of a tensor",
        "a byte for each of batch * channels * positions codes",
        Math.min(a.byteSize(), b.byteSize()));
  }

  private static void require(boolean holds, String what, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "integer L1 normalisation: " + what + " must be " + rule + ", got " + value);
    }
  }
}
