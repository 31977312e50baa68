package dev.tributary.engine.diagnostics;

import java.util.Arrays;
import java.util.List;

/**
 * The effective rank of a matrix (O. Roy, M. Vetterli: The Effective Rank: A Measure of Effective
 * Dimensionality. EUSIPCO 2007): {@code exp(-sum_i p_i ln p_i)} with {@code p_i = s_i / sum_j s_j},
 * s the singular values. Between 1 and the rank; 0 for a matrix of zeros.
 *
 * <p>The singular values come from one-sided Jacobi rotations (Hestenes, 1958) in double precision:
 * short, accurate for small values too, and with the same bits everywhere, which a native library's
 * would not have.
 */
public final class EffectiveRank {
  /** Two vectors count as orthogonal below this cosine. */
  private static final double TOLERANCE = 1e-10;

  private static final int SWEEPS_AT_MOST = 60;

  private EffectiveRank() {}

  /** The effective rank of the matrix of these rows, which have one length. */
  public static double of(List<float[]> rows) {
    double[] s = singularValues(rows);
    double total = Arrays.stream(s).sum();
    if (total == 0) {
      return 0;
    }
    double entropy = 0;
    for (double value : s) {
      double p = value / total;
      entropy -= p == 0 ? 0 : p * StrictMath.log(p);
    }
    return StrictMath.exp(entropy);
  }

  /**
   * The singular values of the matrix of these rows, largest first; as many as the shorter side.
   * Costs about 10 min(m, n)^2 max(m, n) multiplications a sweep.
   */
  static double[] singularValues(List<float[]> rows) {
    double[][] vectors = shorterSide(rows);
    for (int sweep = 0; sweep < SWEEPS_AT_MOST; sweep++) {
      if (!rotate(vectors)) {
        break;
      }
    }
    double[] values = Arrays.stream(vectors).mapToDouble(v -> Math.sqrt(dot(v, v))).toArray();
    Arrays.sort(values);
    for (int i = 0, j = values.length - 1; i < j; i++, j--) {
      double swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
    return values;
  }

  /** Makes every pair orthogonal once; whether any was not. */
  private static boolean rotate(double[][] vectors) {
    double[] squares = Arrays.stream(vectors).mapToDouble(v -> dot(v, v)).toArray();
    double negligible = Arrays.stream(squares).max().orElse(0) * 1e-30;
    boolean rotated = false;
    for (int i = 0; i < vectors.length; i++) {
      for (int j = i + 1; j < vectors.length; j++) {
        if (squares[i] <= negligible || squares[j] <= negligible) {
          continue;
        }
        double product = dot(vectors[i], vectors[j]);
        if (Math.abs(product) > TOLERANCE * Math.sqrt(squares[i] * squares[j])) {
          double zeta = (squares[j] - squares[i]) / (2 * product);
          double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
          double cos = 1 / Math.sqrt(1 + t * t);
          turn(vectors[i], vectors[j], cos, cos * t);
          squares[i] = dot(vectors[i], vectors[i]);
          squares[j] = dot(vectors[j], vectors[j]);
          rotated = true;
        }
      }
    }
    return rotated;
  }

  private static void turn(double[] a, double[] b, double cos, double sin) {
    for (int k = 0; k < a.length; k++) {
      double first = a[k];
      a[k] = cos * first - sin * b[k];
      b[k] = sin * first + cos * b[k];
    }
  }

  /** The rows, or the columns if there are fewer. */
  private static double[][] shorterSide(List<float[]> rows) {
    int width = rows.isEmpty() ? 0 : rows.getFirst().length;
    boolean columns = width < rows.size();
    double[][] vectors = columns ? new double[width][rows.size()] : new double[rows.size()][width];
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < width; c++) {
        double value = rows.get(r)[c];
        if (columns) {
          vectors[c][r] = value;
        } else {
          vectors[r][c] = value;
        }
      }
    }
    return vectors;
  }

  private static double dot(double[] a, double[] b) {
    double even = 0;
    double odd = 0;
    int k = 0;
    for (; k < a.length - 1; k += 2) {
      even += a[k] * b[k];
      odd += a[k + 1] * b[k + 1];
    }
    return even + odd + (k < a.length ? a[k] * b[k] : 0);
  }
}
