package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;
import java.util.Arrays;

/**
 * Poisson draws for the 256 means that an 8-bit level can have, by inverting the cumulated
 * distribution: one uniform number a draw.
 */
final class PoissonTable {
  private final double[][] cumulated = new double[256][];

  /**
   * For means {@code level / 255 * photons}; photons in (0, 700], so that exp(-mean) is a number.
   */
  PoissonTable(double photons) {
    for (int level = 0; level < cumulated.length; level++) {
      cumulated[level] = cumulate(level / 255.0 * photons);
    }
  }

  /** The number of events for the mean of this level. */
  int draw(int level, RandomStream random) {
    double[] table = cumulated[level];
    int found = Arrays.binarySearch(table, random.nextDouble());
    // A uniform number equal to F(k) belongs to k + 1: the events are those with F(k) > u.
    return Math.min(found >= 0 ? found + 1 : -found - 1, table.length - 1);
  }

  private static double[] cumulate(double mean) {
    // Beyond ten deviations and ten events nothing is left in double precision.
    int most = (int) (mean + 10 * Math.sqrt(mean) + 10);
    double[] table = new double[most + 1];
    double share = StrictMath.exp(-mean);
    double sum = 0;
    for (int k = 0; k <= most; k++) {
      sum += share;
      table[k] = sum;
      share *= mean / (k + 1);
    }
    return table;
  }
}
