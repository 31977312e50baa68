package dev.tributary.engine.kernels;

/**
 * The curved activations and their slopes in double precision, by {@link StrictMath}, so that they
 * do not differ between machines.
 */
final class Curves {
  private static final double SQRT_HALF = StrictMath.sqrt(0.5);
  private static final double SQRT_TWO_PI = StrictMath.sqrt(2 * StrictMath.PI);

  private Curves() {}

  /** f(x). */
  static double value(ActivationKind kind, double x) {
    return switch (kind) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : ActivationKind.LEAK * x;
      case ELU -> x > 0 ? x : StrictMath.expm1(x);
      case GELU -> x * normal(x);
      case SILU -> x * sigmoid(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID -> sigmoid(x);
    };
  }

  /** f'(x); at a kink the slope from the left. */
  static double slope(ActivationKind kind, double x) {
    return switch (kind) {
      case IDENTITY -> 1;
      case RELU -> x > 0 ? 1 : 0;
      case LEAKY_RELU -> x > 0 ? 1 : ActivationKind.LEAK;
      case ELU -> x > 0 ? 1 : StrictMath.exp(x);
      case GELU -> normal(x) + x * StrictMath.exp(-x * x / 2) / SQRT_TWO_PI;
      case SILU -> {
        double s = sigmoid(x);
        yield s * (1 + x * (1 - s));
      }
      case TANH -> {
        double t = StrictMath.tanh(x);
        yield 1 - t * t;
      }
      case SIGMOID -> {
        double s = sigmoid(x);
        yield s * (1 - s);
      }
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /** The standard normal distribution function. */
  private static double normal(double x) {
    return 0.5 * erfc(-x * SQRT_HALF);
  }

  /**
   * The complementary error function: its Taylor series about 0 near zero, else Lentz's continued
   * fraction; relative error below 1e-14 (Abramowitz and Stegun 7.1.6 and 7.1.14).
   */
  static double erfc(double x) {
    double a = Math.abs(x);
    double upper = a < 2 ? 1 - series(a) : StrictMath.exp(-a * a) * fraction(a);
    return x >= 0 ? upper : 2 - upper;
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return sum * 2 / StrictMath.sqrt(StrictMath.PI) * StrictMath.exp(-x * x);
  }

  private static double fraction(double x) {
    double value = x;
    for (int n = 60; n >= 1; n--) {
      value = x + n / 2.0 / value;
    }
    return 1 / (value * StrictMath.sqrt(StrictMath.PI));
  }
}
