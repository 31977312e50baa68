package dev.tributary.engine.nn;

/**
 * {@link AdaB2N}'s weight of a batch in the running statistics: {@code eta_1 = m^kappa, eta_t =
 * eta_{t-1} / (eta_{t-1} + (1 - m)^kappa)}, which is 1/t where kappa is 0 and m where it is 1. For
 * kappa between them it tends to {@code 1 - (1 - m)^kappa}.
 */
final class GeneralizedMomentum {
  private final double kappa;
  private final double momentum;
  private final double first;
  private final double keep;

  GeneralizedMomentum(double kappa, double momentum) {
    this.kappa = kappa;
    this.momentum = momentum;
    // Taken once: the strict power allocates.
    this.first = StrictMath.pow(momentum, kappa);
    this.keep = StrictMath.pow(1 - momentum, kappa);
  }

  /**
   * The weight of batch {@code t}.
   *
   * @param eta that of the batch before, or 0 for the first
   * @param t counts from 1
   */
  double next(double eta, double t) {
    if (kappa == 0) {
      return 1 / t;
    }
    if (kappa == 1) {
      return momentum;
    }
    return eta > 0 ? eta / (eta + keep) : first;
  }
}
