package dev.tributary.datasets.partition;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Few classes per client: the examples in order of their labels (in random order within a label)
 * are cut into clients x {@code shardsPerClient} shards whose sizes differ by at most one, and each
 * client gets that many shards by chance; from McMahan, Moore, Ramage, Hampson and Aguera y Arcas,
 * "Communication-Efficient Learning of Deep Networks from Decentralized Data" (AISTATS 2017, <a
 * href="https://arxiv.org/abs/1602.05629">arXiv 1602.05629</a>, section 3).
 *
 * <p>A shard no longer than the smallest class holds at most two classes; where cuts and borders of
 * classes agree, one.
 *
 * @param shardsPerClient shards a client gets, &ge; 1
 * @param minSamples the least number of examples of a client, &ge; 0
 */
public record ShardPartitioner(int shardsPerClient, int minSamples) implements Partitioner {

  /** Checks the range. */
  public ShardPartitioner {
    if (shardsPerClient < 1) {
      throw new IllegalArgumentException("shards-per-client must be >= 1, got " + shardsPerClient);
    }
  }

  @Override
  public List<int[]> split(int[] labels, int clients, Seeds seeds) {
    Cuts.requireEnough(labels.length, clients, minSamples);
    int shards = Math.multiplyExact(clients, shardsPerClient);
    if (shards > labels.length) {
      throw new PartitionException(
          "%d examples cannot be cut into %d clients x %d shards-per-client: use fewer of either"
              .formatted(labels.length, clients, shardsPerClient));
    }
    RandomStream random = seeds.child("shards").stream();
    int[] sorted = sortedByLabel(labels, random);
    int[] bounds = Cuts.even(labels.length, shards);
    int[] dealt = random.permutation(shards);
    List<int[]> parts = new ArrayList<>(clients);
    for (int client = 0; client < clients; client++) {
      int[] part = new int[0];
      for (int s = 0; s < shardsPerClient; s++) {
        int shard = dealt[client * shardsPerClient + s];
        int size = bounds[shard + 1] - bounds[shard];
        int end = part.length;
        part = Arrays.copyOf(part, end + size);
        System.arraycopy(sorted, bounds[shard], part, end, size);
      }
      if (part.length < minSamples) {
        throw new PartitionException(
            ("client %d got %d examples from %d shards, fewer than the %d that min-samples asks"
                    + " for: use fewer clients or a smaller min-samples")
                .formatted(client, part.length, shardsPerClient, minSamples));
      }
      Arrays.sort(part);
      parts.add(part);
    }
    return List.copyOf(parts);
  }

  private static int[] sortedByLabel(int[] labels, RandomStream random) {
    int[] sorted = new int[labels.length];
    int at = 0;
    for (int[] members : Classes.members(labels)) {
      random.shuffle(members);
      System.arraycopy(members, 0, sorted, at, members.length);
      at += members.length;
    }
    return sorted;
  }
}
