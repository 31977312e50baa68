package dev.tributary.engine.nn;

/**
 * A normalisation that keeps a running mean and variance of each channel beside a learned scale and
 * shift, and evaluates with them: what {@link AlphaBatchNorm} can mix with a batch's statistics.
 *
 * <p>It declares at least these parameters, each [channels]: {@code NAME.running-mean}, {@code
 * NAME.running-var} and, if it is affine, {@code NAME.scale}, {@code NAME.shift}. Its output has
 * the shape of its input.
 */
public interface RunningNorm extends LayerSpec {

  /** What is added to the variance under the root, &gt; 0. */
  double eps();

  /** Whether a scale and a shift per channel are learned. */
  default boolean affine() {
    return true;
  }
}
