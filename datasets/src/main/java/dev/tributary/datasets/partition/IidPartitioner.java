package dev.tributary.datasets.partition;

import dev.tributary.engine.random.Seeds;
import java.util.List;

/**
 * A random division into parts whose sizes differ by at most one.
 *
 * @param minSamples the least number of examples of a client, &ge; 0
 */
public record IidPartitioner(int minSamples) implements Partitioner {

  @Override
  public List<int[]> split(int[] labels, int clients, Seeds seeds) {
    Cuts.requireEnough(labels.length, clients, minSamples);
    int[] order = seeds.child("iid").stream().permutation(labels.length);
    return Cuts.parts(order, Cuts.even(labels.length, clients));
  }
}
