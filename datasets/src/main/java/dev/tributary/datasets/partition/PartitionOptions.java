package dev.tributary.datasets.partition;

import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Names;
import dev.tributary.engine.settings.Settings;
import java.util.List;

/**
 * How a scenario wants its data divided; made by {@link #from}, which checks the ranges.
 *
 * @param split {@code split}: the way to divide
 * @param clients {@code clients}: number of clients; 0 for one per domain (only by-domain)
 * @param alpha {@code alpha}: concentration of dirichlet and quantity, finite and &gt; 0
 * @param shardsPerClient {@code shards-per-client}: of shards, &ge; 1
 * @param minSamples {@code min-samples}: least number of examples of a client, &ge; 1
 */
public record PartitionOptions(
    SplitKind split, int clients, double alpha, int shardsPerClient, int minSamples) {

  /**
   * Reads the options; defaults are by-domain, or else 10 clients, alpha 0.5, 2 shards per client,
   * at least 1 example.
   *
   * @throws dev.tributary.engine.settings.SettingException for a value out of range, or a key that
   *     has no meaning for the chosen split
   */
  public static PartitionOptions from(Settings settings) {
    SplitKind split = settings.choice("split", SplitKind.BY_DOMAIN);
    int clients = settings.integer("clients", split == SplitKind.BY_DOMAIN ? 0 : 10);
    double alpha = settings.number("alpha", 0.5);
    int shards = settings.integer("shards-per-client", 2);
    int minSamples = settings.integer("min-samples", 1);
    if (split == SplitKind.BY_DOMAIN) {
      settings.require(
          clients >= 0, "clients", "the number of domains, or 0 for just that many", clients);
    } else {
      settings.require(clients >= 1, "clients", ">= 1 with split = " + Names.of(split), clients);
    }
    settings.require(alpha > 0 && Double.isFinite(alpha), "alpha", "finite and > 0", alpha);
    settings.require(
        !settings.has("alpha") || split == SplitKind.DIRICHLET || split == SplitKind.QUANTITY,
        "alpha",
        "absent with split = " + Names.of(split) + " (only dirichlet and quantity use it)",
        alpha);
    settings.require(shards >= 1, "shards-per-client", ">= 1", shards);
    settings.require(
        !settings.has("shards-per-client") || split == SplitKind.SHARDS,
        "shards-per-client",
        "absent with split = " + Names.of(split) + " (only shards uses it)",
        shards);
    settings.require(minSamples >= 1, "min-samples", ">= 1", minSamples);
    return new PartitionOptions(split, clients, alpha, shards, minSamples);
  }

  /**
   * The partitioner for a pool that holds these domains one after the other.
   *
   * @param domainSizes the number of examples of each domain, at least one
   */
  public Partitioner partitioner(List<Integer> domainSizes) {
    return switch (split) {
      case BY_DOMAIN -> new ByDomainPartitioner(domainSizes, minSamples);
      case IID -> new IidPartitioner(minSamples);
      case DIRICHLET -> new DirichletPartitioner(alpha, minSamples);
      case SHARDS -> new ShardPartitioner(shardsPerClient, minSamples);
      case QUANTITY -> new QuantityPartitioner(alpha, minSamples);
    };
  }

  /**
   * Divides a pool that holds these domains one after the other.
   *
   * @param labels the class of each example of the pool, [examples]
   * @param domainSizes the number of examples of each domain, at least one
   * @param seeds all chance of the division
   * @return one array of indices into the pool per client
   * @throws PartitionException when the division cannot be made
   */
  public List<int[]> divide(int[] labels, List<Integer> domainSizes, Seeds seeds) {
    int count = clients == 0 ? domainSizes.size() : clients;
    return partitioner(domainSizes).split(labels, count, seeds);
  }
}
