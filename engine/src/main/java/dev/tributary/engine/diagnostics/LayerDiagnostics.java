package dev.tributary.engine.diagnostics;

/**
 * One layer's part of {@link Diagnostics}.
 *
 * @param layer the name of the layer with weights, or of the activation after a residual sum
 * @param weightNorm the Frobenius norm of its weight; 0 after a residual sum
 * @param units the units behind its nonlinearity; 0 where none follows before the next layer
 * @param dead those that gave 0 on every example, everywhere
 * @param dormant those whose score is at most {@link Diagnostics#DORMANT}, dead ones included
 */
public record LayerDiagnostics(String layer, double weightNorm, int units, int dead, int dormant) {

  /**
   * The square of the weight's norm. Where a normalisation follows, gradient descent turns the
   * weight by about {@code lr / squaredNorm} times the gradient at unit norm: the effective
   * learning rate. For updates of a given size, as Adam's, it is {@code lr / weightNorm}.
   */
  public double squaredNorm() {
    return weightNorm * weightNorm;
  }

  /** The share of dead units in [0, 1]; 0 without units. */
  public double deadShare() {
    return units == 0 ? 0 : (double) dead / units;
  }

  /** The share of dormant units in [0, 1]; 0 without units. */
  public double dormantShare() {
    return units == 0 ? 0 : (double) dormant / units;
  }
}
