package dev.tributary.engine.integer;

/**
 * A symmetric quantiser of {@code b} bits without a zero point: codes in [-qmax, qmax], {@code qmax
 * = 2^(b-1) - 1}, value = scale * code.
 *
 * <p>Source of the groups: Guo et al., "ShiftQuant" (arXiv 2411.10948). The paper's text leaves
 * parts open; what is computed here is, for an operand A whose product sums over k:
 *
 * <pre>
 *   r_k = max_i |A_ik|,  r_max = max_k r_k
 *   e_k = clamp(floor(log2(r_max / r_k)), 0, G - 1)      (r_k = 0: G - 1)
 *   s_0 = r_max / qmax,  s_k = s_0 2^(-e_k)
 *   q_ik = floor(A_ik / s_k + u)
 * </pre>
 *
 * <p>Since {@code s_k >= r_k / qmax}, nothing is clipped and no code leaves [-qmax, qmax]. With G =
 * 1 this is one scale for the tensor.
 *
 * <p>Symbols: b = {@code bits}, G = {@code groups}, e_k = {@link QuantizedMatrix#exponent}, s =
 * {@link QuantizedMatrix#scale}, u = {@link Rounding}.
 *
 * <p>Choices where the paper is silent: A is multiplied by the float32 nearest to {@code 1 / s_k}
 * rather than divided, and the quotient is rounded to a grid of 2^-15 ({@link Rounding}); a tensor
 * whose largest magnitude is below 2^-110, all zeros among them, has codes of zero and scale 1; NaN
 * and infinities are refused.
 *
 * <p>Cost: two passes over the tensor, one for the ranges and one for the codes.
 *
 * @param bits b, 2 to 8
 * @param scaling which elements share a scale
 * @param groups G, 1 to 8; above 1 only with one scale for the tensor
 */
public record Quantizer(int bits, Scaling scaling, int groups) {
  /** The largest number of groups. */
  public static final int MOST_GROUPS = 8;

  /** Which elements share a scale. */
  public enum Scaling {
    /** All of them. */
    TENSOR,
    /** Those of one index of the axis that a product does not sum over. */
    OUTER
  }

  /** Checks the ranges. */
  public Quantizer {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("a quantiser's bits must be 2 to 8, got " + bits);
    }
    if (groups < 1 || groups > MOST_GROUPS) {
      throw new IllegalArgumentException(
          "a quantiser's groups must be 1 to " + MOST_GROUPS + ", got " + groups);
    }
    if (groups > 1 && scaling != Scaling.TENSOR) {
      throw new IllegalArgumentException(
          "groups share the tensor's scale: use groups = 1 with a scale for each outer index, got "
              + groups);
    }
  }

  /** One scale for the tensor. */
  public static Quantizer perTensor(int bits) {
    return new Quantizer(bits, Scaling.TENSOR, 1);
  }

  /** One scale for each index of the axis that a product does not sum over. */
  public static Quantizer perOuter(int bits) {
    return new Quantizer(bits, Scaling.OUTER, 1);
  }

  /** ShiftQuant: power-of-two groups along the axis that a product sums over. */
  public static Quantizer shift(int bits, int groups) {
    return new Quantizer(bits, Scaling.TENSOR, groups);
  }

  /** The largest code. */
  public int qmax() {
    return (1 << (bits - 1)) - 1;
  }
}
