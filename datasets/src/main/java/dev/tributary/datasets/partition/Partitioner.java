package dev.tributary.datasets.partition;

import dev.tributary.engine.random.Seeds;
import java.util.List;

/**
 * A way to divide the examples of a pool over clients.
 *
 * <p>Every implementation gives an exact partition (each example to one client), depends on labels,
 * number of clients and seeds only, and leaves each client's examples in increasing order.
 */
public sealed interface Partitioner
    permits ByDomainPartitioner,
        DirichletPartitioner,
        IidPartitioner,
        QuantityPartitioner,
        ShardPartitioner {

  /**
   * Divides examples 0 to {@code labels.length - 1}.
   *
   * @param labels the class of each example, [examples], each &ge; 0
   * @param clients number of parts, &ge; 1
   * @param seeds all chance of the division
   * @return one array of example indices per client, each in increasing order
   * @throws PartitionException when the pool is too small for the number of clients or chance gave
   *     no part of the wanted size
   */
  List<int[]> split(int[] labels, int clients, Seeds seeds);
}
