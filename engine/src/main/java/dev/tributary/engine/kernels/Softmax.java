package dev.tributary.engine.kernels;

/**
 * Softmax cross-entropy of one row of logits in double precision: rows are short, and {@link
 * StrictMath} keeps them equal on every machine.
 */
final class Softmax {
  private Softmax() {}

  /** The cross-entropy in nats of the {@code classes} logits from {@code from} on. */
  static double loss(double[] logits, int from, int classes, int label) {
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

  /** The first of the highest logits. */
  static int argmax(double[] logits, int from, int classes) {
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
