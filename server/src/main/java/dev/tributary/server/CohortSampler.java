package dev.tributary.server;

import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.List;

/**
 * Draws each round's clients, uniformly without replacement, from the seed tree.
 *
 * @param seeds the run's root
 * @param size the clients per round, &gt; 0; the whole federation where it has no more
 */
public record CohortSampler(Seeds seeds, int size) {

  /**
   * The cohort of a round: a function of the seed, the round and the ids alone.
   *
   * @param round from 1
   * @param clients all ids, in an order that does not depend on who joined first
   * @return ids in the order of {@code clients}
   */
  public List<String> cohort(int round, List<String> clients) {
    if (size >= clients.size()) {
      return clients;
    }
    int[] order = seeds.child("cohort", round).stream().permutation(clients.size());
    int[] chosen = Arrays.copyOf(order, size);
    Arrays.sort(chosen);
    return Arrays.stream(chosen).mapToObj(clients::get).toList();
  }
}
