package dev.tributary.datasets.partition;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.List;

/**
 * Label skew: the examples of each class are divided over the clients in proportions drawn from a
 * symmetric Dirichlet distribution, one draw per class.
 *
 * <p>Sources: the concentration parameter as the measure of skew is from Hsu, Qi and Brown,
 * "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification"
 * (<a href="https://arxiv.org/abs/1909.06335">arXiv 1909.06335</a>), who draw each client's mix of
 * classes and keep clients equally large; drawing each class's division over clients, as here, is
 * from Yurochkin et al. (ICML 2019) and Li et al. (ICDE 2022), and gives clients of different size
 * too.
 *
 * <p>Draws are repeated until the smallest client has {@code minSamples}, at most {@value
 * #ATTEMPTS} times.
 *
 * @param alpha concentration, &gt; 0: small gives each class to few clients, large tends to the
 *     same mix everywhere
 * @param minSamples the least number of examples of a client, &ge; 0
 */
public record DirichletPartitioner(double alpha, int minSamples) implements Partitioner {
  /** How often a division is drawn before giving up. */
  static final int ATTEMPTS = 200;

  /** Checks the ranges. */
  public DirichletPartitioner {
    requireAlpha(alpha);
  }

  @Override
  public List<int[]> split(int[] labels, int clients, Seeds seeds) {
    Cuts.requireEnough(labels.length, clients, minSamples);
    int smallest = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<int[]> parts = draw(labels, clients, seeds.child("dirichlet", attempt).stream());
      if (Cuts.smallest(parts) >= minSamples) {
        return parts;
      }
      smallest = Math.max(smallest, Cuts.smallest(parts));
    }
    throw gaveUp("dirichlet", alpha, labels.length, clients, minSamples, smallest);
  }

  private List<int[]> draw(int[] labels, int clients, RandomStream random) {
    int[] owner = new int[labels.length];
    int[] sizes = new int[clients];
    for (int[] members : Classes.members(labels)) {
      random.shuffle(members);
      int[] bounds = Cuts.proportional(members.length, Cuts.dirichlet(random, alpha, clients));
      for (int client = 0; client < clients; client++) {
        for (int i = bounds[client]; i < bounds[client + 1]; i++) {
          owner[members[i]] = client;
        }
        sizes[client] += bounds[client + 1] - bounds[client];
      }
    }
    return gather(owner, sizes);
  }

  private static List<int[]> gather(int[] owner, int[] sizes) {
    int[][] parts = Arrays.stream(sizes).mapToObj(int[]::new).toArray(int[][]::new);
    int[] filled = new int[sizes.length];
    for (int example = 0; example < owner.length; example++) {
      int client = owner[example];
      parts[client][filled[client]++] = example;
    }
    return List.of(parts);
  }

  static void requireAlpha(double alpha) {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("alpha must be finite and > 0, got " + alpha);
    }
  }

  static PartitionException gaveUp(
      String split, double alpha, int examples, int clients, int minSamples, int smallest) {
    return new PartitionException(
        ("%s with alpha %s: in %d draws of %d examples over %d clients the smallest client never"
                + " had the %d examples that min-samples asks for (at best %d): use a larger alpha,"
                + " fewer clients or a smaller min-samples")
            .formatted(split, alpha, ATTEMPTS, examples, clients, minSamples, smallest));
  }
}
