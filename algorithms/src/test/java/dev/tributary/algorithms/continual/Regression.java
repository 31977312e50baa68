package dev.tributary.algorithms.continual;

import dev.tributary.algorithms.continual.Points.Point;
import java.util.Arrays;
import java.util.List;

/**
 * Multinomial logistic regression in plain double arithmetic: what expected steps are computed
 * with. theta is [classes, features] row by row, then [classes].
 */
final class Regression {
  private Regression() {}

  static double[] logits(double[] theta, List<Double> x, int classes) {
    double[] z = new double[classes];
    for (int c = 0; c < classes; c++) {
      z[c] = theta[classes * x.size() + c];
      for (int f = 0; f < x.size(); f++) {
        z[c] += theta[c * x.size() + f] * x.get(f);
      }
    }
    return z;
  }

  static double[] softmax(double[] z) {
    double[] p = new double[z.length];
    double sum = 0;
    for (double v : z) {
      sum += Math.exp(v);
    }
    for (int c = 0; c < z.length; c++) {
      p[c] = Math.exp(z[c]) / sum;
    }
    return p;
  }

  /** dz [classes] through to theta, added to {@code gradient} with a factor. */
  static void back(double[] dz, List<Double> x, double factor, double[] gradient) {
    for (int c = 0; c < dz.length; c++) {
      for (int f = 0; f < x.size(); f++) {
        gradient[c * x.size() + f] += factor * dz[c] * x.get(f);
      }
      gradient[dz.length * x.size() + c] += factor * dz[c];
    }
  }

  /** Adds factor times the gradient of the mean cross-entropy of some points. */
  static void crossEntropy(
      double[] theta, int classes, double factor, double[] gradient, Point... points) {
    boolean[] all = new boolean[classes];
    Arrays.fill(all, true);
    masked(theta, all, factor, gradient, points);
  }

  /** The same over some classes alone. */
  static void masked(
      double[] theta, boolean[] allowed, double factor, double[] gradient, Point... points) {
    for (Point point : points) {
      double[] z = logits(theta, point.x(), allowed.length);
      double sum = 0;
      for (int c = 0; c < z.length; c++) {
        sum += allowed[c] ? Math.exp(z[c]) : 0;
      }
      double[] dz = new double[z.length];
      for (int c = 0; c < z.length; c++) {
        dz[c] = allowed[c] ? Math.exp(z[c]) / sum - (c == point.label() ? 1 : 0) : 0;
      }
      back(dz, point.x(), factor / points.length, gradient);
    }
  }

  static double[] step(double[] theta, double rate, double[] gradient) {
    double[] next = theta.clone();
    for (int i = 0; i < next.length; i++) {
      next[i] -= rate * gradient[i];
    }
    return next;
  }
}
