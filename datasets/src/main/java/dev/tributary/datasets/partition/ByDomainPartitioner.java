package dev.tributary.datasets.partition;

import dev.tributary.engine.random.Seeds;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One client per domain, nothing moved: the pool holds the domains one after the other, and client
 * {@code d} gets all of domain {@code d} in its order.
 *
 * @param sizes the number of examples of each domain, at least one domain
 * @param minSamples the least number of examples of a client, &ge; 0
 */
public record ByDomainPartitioner(List<Integer> sizes, int minSamples) implements Partitioner {

  /** Copies the sizes and checks them. */
  public ByDomainPartitioner {
    sizes = List.copyOf(sizes);
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException("by-domain wants at least one domain, got none");
    }
    for (int domain = 0; domain < sizes.size(); domain++) {
      if (sizes.get(domain) < minSamples) {
        throw new PartitionException(
            "domain %d has %d examples, fewer than the %d that min-samples asks for"
                .formatted(domain, sizes.get(domain), minSamples));
      }
    }
  }

  @Override
  public List<int[]> split(int[] labels, int clients, Seeds seeds) {
    if (clients != sizes.size()) {
      throw new PartitionException(
          "by-domain gives each domain one client: clients must be %d, got %d"
              .formatted(sizes.size(), clients));
    }
    int[] bounds = new int[clients + 1];
    for (int domain = 0; domain < clients; domain++) {
      bounds[domain + 1] = bounds[domain] + sizes.get(domain);
    }
    if (bounds[clients] != labels.length) {
      throw new PartitionException(
          "the domains have %d examples together, but the pool has %d"
              .formatted(bounds[clients], labels.length));
    }
    return Cuts.parts(IntStream.range(0, labels.length).toArray(), bounds);
  }
}
