package dev.tributary.datasets.partition;

import dev.tributary.engine.random.RandomStream;
import java.util.Arrays;
import java.util.List;

/** How a number of examples is cut into consecutive parts. */
final class Cuts {
  private Cuts() {}

  /**
   * The bounds of {@code parts} parts whose sizes differ by at most one: [parts + 1], from 0 to
   * {@code count}.
   */
  static int[] even(int count, int parts) {
    int[] bounds = new int[parts + 1];
    for (int i = 0; i <= parts; i++) {
      bounds[i] = (int) ((long) count * i / parts);
    }
    return bounds;
  }

  /**
   * The bounds of parts in these proportions: [parts + 1], from 0 to {@code count}; each bound is
   * the rounded sum of the proportions before it.
   *
   * @param proportions &ge; 0, with sum 1
   */
  static int[] proportional(int count, double[] proportions) {
    int[] bounds = new int[proportions.length + 1];
    double sum = 0;
    for (int i = 0; i < proportions.length; i++) {
      sum += proportions[i];
      bounds[i + 1] = (int) Math.min(count, Math.floor(sum * count + 0.5));
    }
    bounds[proportions.length] = count;
    return bounds;
  }

  /**
   * A draw from a symmetric Dirichlet distribution.
   *
   * <p>Gamma draws are taken as logarithms, by Gamma(a) = Gamma(a + 1) U^(1/a): a small {@code
   * alpha} gives one part nearly all, never 0/0.
   *
   * @param alpha concentration, &gt; 0
   */
  static double[] dirichlet(RandomStream random, double alpha, int parts) {
    double[] proportions = new double[parts];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < parts; i++) {
      proportions[i] =
          StrictMath.log(random.nextGamma(alpha + 1))
              + StrictMath.log(1 - random.nextDouble()) / alpha;
      largest = Math.max(largest, proportions[i]);
    }
    double sum = 0;
    for (int i = 0; i < parts; i++) {
      proportions[i] = StrictMath.exp(proportions[i] - largest);
      sum += proportions[i];
    }
    for (int i = 0; i < parts; i++) {
      proportions[i] /= sum;
    }
    return proportions;
  }

  /** The consecutive parts of {@code order} between the bounds, each sorted. */
  static List<int[]> parts(int[] order, int[] bounds) {
    int[][] parts = new int[bounds.length - 1][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Arrays.copyOfRange(order, bounds[i], bounds[i + 1]);
      Arrays.sort(parts[i]);
    }
    return List.of(parts);
  }

  /** Fails unless there are clients, and examples enough to give each the least number. */
  static void requireEnough(int examples, int clients, int minSamples) {
    if (clients < 1) {
      throw new PartitionException("clients must be >= 1, got " + clients);
    }
    if ((long) clients * minSamples > examples) {
      throw new PartitionException(
          ("%d examples cannot give each of %d clients the %d that min-samples asks for: use fewer"
                  + " clients, a smaller min-samples or more data")
              .formatted(examples, clients, minSamples));
    }
  }

  /** The size of the smallest part. */
  static int smallest(List<int[]> parts) {
    return parts.stream().mapToInt(part -> part.length).min().orElse(0);
  }
}
