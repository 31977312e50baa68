package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Softmax;
import java.util.Arrays;

/**
 * Losses that punish predictions for giving two classes to the same samples. All are made of the
 * class correlation C = P'P of a batch, with P = softmax(z / T) in R^{BxK}.
 *
 * <p><b>None of them is verified to be the paper's</b> (see {@link Core}), whose formula was not at
 * hand. {@link #MCC} is another paper's, as its code has it; the others are ours.
 */
public enum CoreLoss {
  /**
   * L = 1/K sum_{i != j} C_ij / sum_k C_ik. Inferred: MCC's loss without its weights and
   * temperature; the default.
   */
  ROW_NORMALISED,
  /** L = 1/(K (K - 1)) sum_{i != j} C_ij / (|P_.i| |P_.j|), the mean cosine. Inferred. */
  COSINE,
  /**
   * Minimum class confusion: as ROW_NORMALISED with C = (wP)'P, where w_b = B (1 + e^{-H_b}) /
   * sum_b' (1 + e^{-H_b'}) gives certain samples more weight and is a constant to the gradient.
   *
   * <p>Y. Jin, X. Wang, M. Long, J. Wang: Minimum Class Confusion for Versatile Domain Adaptation.
   * ECCV 2020, arXiv:1912.03699; code: thuml/Transfer-Learning-Library.
   */
  MCC,
  /**
   * L = 1/B sum_{i != j} C_ij. Ours, to show what the normalisation is for: it is the mean of 1 -
   * sum_k p_bk^2, which sharpens each sample for itself and couples none with another.
   */
  UNNORMALISED;

  /**
   * The loss and its gradient.
   *
   * @param temperature T, &gt; 0
   * @see dev.tributary.engine.training.UnlabelledLoss#lossAndGradient
   */
  double lossAndGradient(
      double[] logits, int n, int classes, double temperature, double[] gradient) {
    double[] p = new double[n * classes];
    double[] weights = new double[n];
    for (int b = 0; b < n; b++) {
      double entropy = Softmax.shares(logits, b * classes, classes, temperature, p);
      weights[b] = this == MCC ? 1 + StrictMath.exp(-entropy) : 1;
    }
    double total = Arrays.stream(weights).sum();
    Arrays.setAll(weights, b -> n * weights[b] / total);
    double loss =
        switch (this) {
          case ROW_NORMALISED, MCC -> confusion(p, weights, classes, gradient);
          case COSINE -> cosine(p, n, classes, gradient);
          case UNNORMALISED -> impurity(p, n, gradient);
        };
    throughSoftmax(p, n, classes, temperature, gradient);
    return loss;
  }

  /**
   * Since each row of P sums to 1, the sum of C's row i is m_i = sum_b w_b P_bi, so with d_i = C_ii
   * = sum_b w_b P_bi^2
   *
   * <pre>
   *   L = 1 - 1/K sum_i d_i / m_i
   *   dL/dP_bk = w_b / K (d_k / m_k^2 - 2 P_bk / m_k)
   * </pre>
   */
  private static double confusion(double[] p, double[] w, int classes, double[] dp) {
    double[] mass = new double[classes];
    double[] diagonal = new double[classes];
    for (int i = 0; i < p.length; i++) {
      mass[i % classes] += w[i / classes] * p[i];
      diagonal[i % classes] += w[i / classes] * p[i] * p[i];
    }
    double loss = 1;
    for (int k = 0; k < classes; k++) {
      // The limit as a class loses its mass.
      double own = mass[k] == 0 ? 0 : diagonal[k] / mass[k];
      loss -= own / classes;
      for (int i = k; i < p.length; i += classes) {
        double share = mass[k] == 0 ? 0 : (own - 2 * p[i]) / mass[k];
        dp[i] = w[i / classes] * share / classes;
      }
    }
    return loss;
  }

  /**
   * With U_bk = P_bk / |P_.k| and t_b = sum_k U_bk
   *
   * <pre>
   *   L = (sum_b t_b^2 - K) / (K (K - 1))
   *   dL/dP_bk = 2 / (K (K - 1)) (t_b - U_bk sum_b' U_b'k t_b') / |P_.k|
   * </pre>
   */
  private static double cosine(double[] p, int n, int classes, double[] dp) {
    double[] length = new double[classes];
    for (int i = 0; i < p.length; i++) {
      length[i % classes] += p[i] * p[i];
    }
    Arrays.setAll(length, k -> Math.sqrt(length[k]));
    double[] u = new double[p.length];
    double[] t = new double[n];
    for (int i = 0; i < p.length; i++) {
      u[i] = length[i % classes] == 0 ? 0 : p[i] / length[i % classes];
      t[i / classes] += u[i];
    }
    double pairs = (double) classes * (classes - 1);
    double loss = 0;
    for (int b = 0; b < n; b++) {
      loss += t[b] * t[b] / pairs;
    }
    Arrays.fill(dp, 0, p.length, 0);
    for (int k = 0; k < classes; k++) {
      if (length[k] == 0) {
        continue;
      }
      loss -= 1 / pairs;
      double along = 0;
      for (int b = 0; b < n; b++) {
        along += u[b * classes + k] * t[b];
      }
      for (int b = 0; b < n; b++) {
        int i = b * classes + k;
        dp[i] = 2 / pairs * (t[b] - u[i] * along) / length[k];
      }
    }
    return loss;
  }

  /** L = 1 - 1/B sum_bk P_bk^2. */
  private static double impurity(double[] p, int n, double[] dp) {
    double loss = 1;
    for (int i = 0; i < p.length; i++) {
      loss -= p[i] * p[i] / n;
      dp[i] = -2 * p[i] / n;
    }
    return loss;
  }

  /** dL/dz_bk = 1/T P_bk (dL/dP_bk - sum_j P_bj dL/dP_bj), in place. */
  private static void throughSoftmax(
      double[] p, int n, int classes, double temperature, double[] gradient) {
    for (int b = 0; b < n; b++) {
      double mean = 0;
      for (int i = b * classes; i < (b + 1) * classes; i++) {
        mean += p[i] * gradient[i];
      }
      for (int i = b * classes; i < (b + 1) * classes; i++) {
        gradient[i] = p[i] * (gradient[i] - mean) / temperature;
      }
    }
  }
}
