package dev.tributary.datasets.partition;

import dev.tributary.engine.random.Seeds;
import java.util.List;

/**
 * Parts of unequal size with the same mix of classes: sizes in proportions drawn from a symmetric
 * Dirichlet distribution, as "quantity skew" in Li, Diao, Chen and He, "Federated Learning on
 * Non-IID Data Silos: An Experimental Study" (ICDE 2022, <a
 * href="https://arxiv.org/abs/2102.02079">arXiv 2102.02079</a>).
 *
 * <p>Draws are repeated until the smallest part has {@code minSamples}, at most {@value
 * DirichletPartitioner#ATTEMPTS} times.
 *
 * @param alpha concentration, &gt; 0: the smaller, the more unequal
 * @param minSamples the least number of examples of a client, &ge; 0
 */
public record QuantityPartitioner(double alpha, int minSamples) implements Partitioner {

  /** Checks the ranges. */
  public QuantityPartitioner {
    DirichletPartitioner.requireAlpha(alpha);
  }

  @Override
  public List<int[]> split(int[] labels, int clients, Seeds seeds) {
    Cuts.requireEnough(labels.length, clients, minSamples);
    int smallest = 0;
    for (int attempt = 0; attempt < DirichletPartitioner.ATTEMPTS; attempt++) {
      var random = seeds.child("quantity", attempt).stream();
      int[] bounds = Cuts.proportional(labels.length, Cuts.dirichlet(random, alpha, clients));
      List<int[]> parts = Cuts.parts(random.permutation(labels.length), bounds);
      if (Cuts.smallest(parts) >= minSamples) {
        return parts;
      }
      smallest = Math.max(smallest, Cuts.smallest(parts));
    }
    throw DirichletPartitioner.gaveUp(
        "quantity", alpha, labels.length, clients, minSamples, smallest);
  }
}
