package dev.tributary.engine.kernels;

/**
 * Softmax of one row of logits, and what is made of it, in double precision: rows are short, and
 * {@link StrictMath} keeps them equal on every machine.
 */
public final class Softmax {
  private Softmax() {}

  /** The cross-entropy in nats of the {@code classes} logits from {@code from} on. */
  public static double loss(double[] logits, int from, int classes, int label) {
    double highest = logits[from + argmax(logits, from, classes)];
    return StrictMath.log(sum(logits, from, classes, highest)) + highest - logits[from + label];
  }

  /** Replaces the logits by {@code scale * (softmax - onehot)} and returns the cross-entropy. */
  static double lossAndGradient(double[] logits, int from, int classes, int label, double scale) {
    double highest = logits[from + argmax(logits, from, classes)];
    double sum = sum(logits, from, classes, highest);
    double loss = StrictMath.log(sum) + highest - logits[from + label];
    for (int c = 0; c < classes; c++) {
      double share = StrictMath.exp(logits[from + c] - highest) / sum;
      logits[from + c] = scale * (c == label ? share - 1 : share);
    }
    return loss;
  }

  /**
   * Writes the softmax of the {@code classes} logits from {@code from} on, divided by {@code
   * temperature} before, to the same places of {@code shares}, which may be {@code logits}.
   *
   * @return the entropy of what was written, in nats
   */
  public static double shares(
      double[] logits, int from, int classes, double temperature, double[] shares) {
    double highest = logits[from + argmax(logits, from, classes)];
    double sum = 0;
    double product = 0;
    for (int c = from; c < from + classes; c++) {
      double below = (logits[c] - highest) / temperature;
      shares[c] = StrictMath.exp(below);
      sum += shares[c];
      product += shares[c] * below;
    }
    for (int c = from; c < from + classes; c++) {
      shares[c] /= sum;
    }
    // -sum p log p with log p = below - log sum, which no p of 0 makes NaN.
    return StrictMath.log(sum) - product / sum;
  }

  /** The class with the first of the highest logits. */
  public static int argmax(double[] logits, int from, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = logits[from + c] > logits[from + best] ? c : best;
    }
    return best;
  }

  private static double sum(double[] logits, int from, int classes, double highest) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += StrictMath.exp(logits[from + c] - highest);
    }
    return sum;
  }
}
