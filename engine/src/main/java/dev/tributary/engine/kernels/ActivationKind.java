package dev.tributary.engine.kernels;

/**
 * An activation function and its gain.
 *
 * <p>The gain is the factor that restores unit variance after the function for a standard normal
 * input, as an empirical estimate; the values are those of DeepMind's normaliser-free networks
 * (Brock, De, Smith and Simonyan, 2021; {@code nfnets/base.py}). For ReLU the theory is sqrt(2 / (1
 * - 1/pi)) = 1.71286, 0.06 % smaller.
 */
public enum ActivationKind {
  /** x. */
  IDENTITY(1.0),
  /** max(x, 0). */
  RELU(1.7139588594436646),
  /** x if positive, else 0.01 x. */
  LEAKY_RELU(1.70590341091156),
  /** x if positive, else exp(x) - 1. */
  ELU(1.2716004848480225),
  /** x times the standard normal distribution function of x, exactly (not the tanh form). */
  GELU(1.7015043497085571),
  /** x times sigmoid(x). */
  SILU(1.7881293296813965),
  /** The hyperbolic tangent. */
  TANH(1.5939117670059204),
  /** 1 / (1 + exp(-x)). */
  SIGMOID(4.803835391998291);

  /** The slope of leaky ReLU below zero. */
  public static final double LEAK = 0.01;

  private final double gain;

  ActivationKind(double gain) {
    this.gain = gain;
  }

  /** The factor that restores unit variance. */
  public double gain() {
    return gain;
  }
}
