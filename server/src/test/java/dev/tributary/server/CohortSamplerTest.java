package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.random.Seeds;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CohortSamplerTest {
  private static final Seeds SEEDS = Seeds.root(1);

  private static List<String> clients(int n) {
    return IntStream.range(0, n).mapToObj("client-%03d"::formatted).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 19})
  void drawsSoManyWithoutRepeats(int size) {
    List<String> clients = clients(20);
    CohortSampler sampler = new CohortSampler(SEEDS, size);
    for (int round = 1; round <= 200; round++) {
      List<String> cohort = sampler.cohort(round, clients);
      assertThat(cohort).hasSize(size).doesNotHaveDuplicates().isSorted();
      assertThat(clients).containsAll(cohort);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, Integer.MAX_VALUE})
  void drawsAllWhereThereAreNoMore(int size) {
    assertThat(new CohortSampler(SEEDS, size).cohort(3, clients(20))).isEqualTo(clients(20));
  }

  /**
   * With n clients, m drawn and R rounds, sum (count - R m/n)^2 / (R m/n) times (n-1)/(n-m) is
   * chi-square with n-1 degrees of freedom. Its 0.1 % and 99.9 % points for 19 are 5.407 and 43.820
   * (tables); the seed is fixed, so this holds always or never.
   */
  @Test
  void everyClientIsAsLikelyAsAnyOther() {
    int n = 20;
    int m = 5;
    int rounds = 8_000;
    List<String> clients = clients(n);
    CohortSampler sampler = new CohortSampler(SEEDS, m);
    int[] counts = new int[n];
    for (int round = 1; round <= rounds; round++) {
      sampler.cohort(round, clients).forEach(id -> counts[clients.indexOf(id)]++);
    }
    double expected = (double) rounds * m / n;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertThat(chiSquare * (n - 1) / (n - m)).isBetween(5.407, 43.820);
  }

  /** All 10 pairs of 5, 9 degrees of freedom: 99.9 % point 27.877, 0.1 % point 1.152. */
  @Test
  void everyCohortIsAsLikelyAsAnyOther() {
    List<String> clients = clients(5);
    CohortSampler sampler = new CohortSampler(SEEDS, 2);
    var counts = new java.util.HashMap<List<String>, Integer>();
    for (int round = 1; round <= 10_000; round++) {
      counts.merge(sampler.cohort(round, clients), 1, Integer::sum);
    }
    assertThat(counts).hasSize(10);
    double chiSquare =
        counts.values().stream().mapToDouble(c -> (c - 1000.0) * (c - 1000.0) / 1000).sum();
    assertThat(chiSquare).isBetween(1.152, 27.877);
  }

  @Test
  void isAFunctionOfSeedAndRoundAlone() {
    List<String> clients = clients(50);
    CohortSampler sampler = new CohortSampler(SEEDS, 10);
    List<String> seventh = sampler.cohort(7, clients);
    for (int round = 20; round > 0; round--) {
      assertThat(sampler.cohort(round, clients)).hasSize(10);
    }
    SEEDS.child("round", 7).stream().nextLong();
    assertThat(sampler.cohort(7, clients)).isEqualTo(seventh);
    assertThat(new CohortSampler(Seeds.root(1), 10).cohort(7, clients)).isEqualTo(seventh);
    assertThat(new CohortSampler(Seeds.root(2), 10).cohort(7, clients)).isNotEqualTo(seventh);
  }

  @Test
  void roundsDiffer() {
    CohortSampler sampler = new CohortSampler(SEEDS, 10);
    Set<List<String>> seen = new HashSet<>();
    for (int round = 1; round <= 100; round++) {
      seen.add(sampler.cohort(round, clients(50)));
    }
    assertThat(seen).hasSize(100);
  }
}
