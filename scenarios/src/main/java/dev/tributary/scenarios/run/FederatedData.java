package dev.tributary.scenarios.run;

import dev.tributary.client.ClientData;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.noise.NoiseOptions;
import dev.tributary.datasets.noise.NoisePool;
import dev.tributary.datasets.partition.PartitionTable;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The data of a federation, divided over its clients.
 *
 * @param clients by id
 * @param shape of one example
 * @param classes how many
 * @param titles what reports call each domain
 * @param table examples by client and class
 */
public record FederatedData(
    SortedMap<String, ClientData> clients,
    Shape shape,
    int classes,
    Map<String, String> titles,
    PartitionTable table) {

  /** Few, and shared by all clients: evaluating on noise tells nothing. */
  private static final int NOISE_EVALUATED = 100;

  /**
   * Divides domains over clients: one client a domain, or the pool of all domains by the scenario's
   * split. A pooled client is evaluated on its equal share of the pooled test images. Noise has no
   * domains and makes its clients itself.
   */
  public static FederatedData divide(DataOptions options, List<Domain> domains, Seeds seeds) {
    if (options.noise().isPresent()) {
      return noise(options.noise().get(), seeds.child("data"));
    }
    TreeMap<String, String> titles = new TreeMap<>();
    domains.forEach(d -> titles.put(d.id(), d.title()));
    ImageSet pool = domains.getFirst().train();
    ImageSet validation = domains.getFirst().validation();
    ImageSet test = domains.getFirst().test();
    for (Domain domain : domains.subList(1, domains.size())) {
      pool = pool.append(domain.train());
      validation = validation.append(domain.validation());
      test = test.append(domain.test());
    }
    List<Integer> sizes = domains.stream().map(d -> d.train().size()).toList();
    List<int[]> parts = options.partition().divide(pool.labels(), sizes, seeds.child("partition"));
    TreeMap<String, ClientData> clients = new TreeMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      ClientData client =
          options.byDomain()
              ? whole(domains.get(i))
              : part(i, parts.size(), pool.subset(parts.get(i)), domains, validation, test);
      clients.put(client.id(), client);
      names.add(client.id());
    }
    return new FederatedData(
        clients,
        pool.shape(),
        pool.classes(),
        titles,
        PartitionTable.of(names, parts, pool.labels(), pool.classes()));
  }

  private static FederatedData noise(NoiseOptions options, Seeds seeds) {
    NoisePool pool = new NoisePool(options.shape(), options.classes(), seeds.child("pool"));
    Examples validation = pool.examples(NOISE_EVALUATED, seeds.child("validation"));
    Examples test = pool.examples(NOISE_EVALUATED, seeds.child("test"));
    int count = options.clients();
    TreeMap<String, ClientData> clients = new TreeMap<>();
    List<int[]> parts = new ArrayList<>();
    int[] labels = new int[Math.multiplyExact(count, options.samplesPerClient())];
    for (int i = 0; i < count; i++) {
      Examples train = pool.examples(options.samplesPerClient(), seeds.child("client", i));
      int from = i * train.size();
      parts.add(IntStream.range(from, from + train.size()).toArray());
      for (int k = 0; k < train.size(); k++) {
        labels[from + k] = train.label(k);
      }
      ClientData client =
          new ClientData(
              clientId(i, count),
              DataOptions.NOISE,
              train,
              Map.of("validation", share(validation, i, count), "test", share(test, i, count)));
      clients.put(client.id(), client);
    }
    return new FederatedData(
        clients,
        options.shape(),
        options.classes(),
        Map.of(DataOptions.NOISE, "noise"),
        PartitionTable.of(List.copyOf(clients.keySet()), parts, labels, options.classes()));
  }

  private static ClientData whole(Domain domain) {
    return new ClientData(
        domain.id(),
        domain.id(),
        domain.train(),
        Map.of("validation", domain.validation(), "test", domain.test()));
  }

  private static ClientData part(
      int index,
      int clients,
      Examples train,
      List<Domain> domains,
      ImageSet validation,
      ImageSet test) {
    String domain = domains.size() == 1 ? domains.getFirst().id() : "pooled";
    return new ClientData(
        clientId(index, clients),
        domain,
        train,
        Map.of(
            "validation", share(validation, index, clients), "test", share(test, index, clients)));
  }

  /** {@code client-07}: padded, so that ids sort as numbers do. */
  static String clientId(int index, int clients) {
    int digits = Integer.toString(clients - 1).length();
    return "client-" + "0".repeat(digits - Integer.toString(index).length()) + index;
  }

  /** Every {@code parts}-th example: they may be sorted by class, and each share is to have all. */
  static Examples share(Examples all, int index, int parts) {
    return all.subset(IntStream.range(0, all.size()).filter(i -> i % parts == index).toArray());
  }
}
