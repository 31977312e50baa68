package dev.tributary.engine.integer;

import static dev.tributary.engine.integer.Quantizer.MOST_GROUPS;
import static dev.tributary.engine.integer.Quantizer.perOuter;
import static dev.tributary.engine.integer.Quantizer.perTensor;
import static dev.tributary.engine.integer.Quantizer.shift;

import dev.tributary.engine.random.Seeds;

/**
 * What a layer's three products are made of. X, W and dY are input, weight and output gradient of a
 * layer {@code Y = X W'}; a convolution is one of patches.
 *
 * <pre>
 *   forward   Y  = X W'     X, W to the nearest code, one scale each
 *   backward  dX = dY W     dY by draws, scales along the output channels (it sums over them)
 *             dW = dY' X    dY by other draws, scales of the output channels (it does not)
 * </pre>
 *
 * <p>Codes of X and, with one scale a tensor, of W are those of the forward product (with a scale a
 * channel dX takes codes of its own, {@link WeightScale#CHANNEL}), and gradients pass through their
 * rounding as if it were not there (straight-through estimator). Weights, bias and optimiser are
 * float32.
 *
 * @param weights bits of W
 * @param activations bits of X
 * @param gradients bits of dY
 * @param arm how dY is scaled
 * @param groups G of {@link Arm#SHIFTQUANT}; the others do not read it
 * @param gradientScale dY's scales in dW, of {@link Arm#SHIFTQUANT}
 * @param weightScale W's scales in the forward product; dX's has always one
 * @param stochastic whether draws round dY; else to the nearest, which is biased
 */
public record Precision(
    int weights,
    int activations,
    int gradients,
    Arm arm,
    int groups,
    GradientScale gradientScale,
    WeightScale weightScale,
    boolean stochastic) {

  /** How output gradients are scaled. */
  public enum Arm {
    /** In dX power-of-two groups of output channels. */
    SHIFTQUANT,
    /** One scale in either product: what the groups are compared with. */
    PER_TENSOR,
    /**
     * In dW a scale for each output channel. In dX, too, as near as an integer product comes: the
     * scale's power of two for each channel, over a range of 2^8.
     */
    PER_CHANNEL
  }

  /** Which elements of dY share a scale in dW. */
  public enum GradientScale {
    /** Those of an output channel. */
    CHANNEL,
    /** Power-of-two groups of samples and positions. */
    POSITION
  }

  /** Which weights share a scale on the way up. */
  public enum WeightScale {
    /** All. */
    TENSOR,
    /** Those of an output channel. */
    CHANNEL
  }

  /** Checks the ranges. */
  public Precision {
    perTensor(weights);
    perTensor(activations);
    shift(gradients, groups);
  }

  /** ShiftQuant with these bits for all tensors. */
  public static Precision shiftQuant(int bits, int groups) {
    return new Precision(
        bits, bits, bits, Arm.SHIFTQUANT, groups, GradientScale.CHANNEL, WeightScale.TENSOR, true);
  }

  /** Of W in Y. */
  public Quantizer up() {
    return weightScale == WeightScale.CHANNEL ? perOuter(weights) : perTensor(weights);
  }

  /** Of W in dX. */
  public Quantizer back() {
    return perTensor(weights);
  }

  /** Of X. */
  public Quantizer input() {
    return perTensor(activations);
  }

  /** Of dY in dX. */
  public Quantizer down() {
    return switch (arm) {
      case SHIFTQUANT -> shift(gradients, groups);
      case PER_TENSOR -> perTensor(gradients);
      case PER_CHANNEL -> shift(gradients, MOST_GROUPS);
    };
  }

  /** Of dY in dW. */
  public Quantizer across() {
    if (arm == Arm.PER_TENSOR) {
      return perTensor(gradients);
    }
    return arm == Arm.SHIFTQUANT && gradientScale == GradientScale.POSITION
        ? shift(gradients, groups)
        : perOuter(gradients);
  }

  /** Of dY, by draws of this leaf. */
  public Rounding rounding(Seeds seeds) {
    return stochastic ? Rounding.stochastic(seeds) : Rounding.NEAREST;
  }
}
