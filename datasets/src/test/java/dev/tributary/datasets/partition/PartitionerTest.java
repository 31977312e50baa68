package dev.tributary.datasets.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionerTest {
  /**
   * Chi-square with (10 - 1) * (10 - 1) degrees of freedom exceeds this with probability 0.0001.
   */
  private static final double CHI_SQUARE_81 = 137;

  private static LongStream seeds() {
    return LongStream.range(0, 25);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyExampleGoesToExactlyOneClient(long seed) {
    RandomStream random = Seeds.root(seed).child("case").stream();
    int examples = 200 + random.nextInt(800);
    int clients = 1 + random.nextInt(12);
    int classes = 1 + random.nextInt(15);
    int[] labels = IntStream.range(0, examples).map(i -> random.nextInt(classes)).toArray();
    for (Partitioner partitioner : partitioners(examples, clients)) {
      List<int[]> parts = partitioner.split(labels, clients, Seeds.root(seed));
      assertThat(parts).as("%s", partitioner).hasSize(clients);
      int[] all = parts.stream().flatMapToInt(Arrays::stream).sorted().toArray();
      assertThat(all).isEqualTo(IntStream.range(0, examples).toArray());
      for (int[] part : parts) {
        assertThat(part).isSorted().isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameSeedGivesTheSameParts(long seed) {
    int[] labels = balanced(600, 10);
    for (Partitioner partitioner : partitioners(600, 6)) {
      List<int[]> parts = partitioner.split(labels, 6, Seeds.root(seed));
      assertThat(flat(partitioner.split(labels, 6, Seeds.root(seed)))).isEqualTo(flat(parts));
      if (!(partitioner instanceof ByDomainPartitioner)) {
        assertThat(flat(partitioner.split(labels, 6, Seeds.root(seed + 1000))))
            .isNotEqualTo(flat(parts));
      }
    }
  }

  @Test
  void iidPartsDifferInSizeByAtMostOne() {
    List<int[]> parts = new IidPartitioner(1).split(balanced(103, 10), 10, Seeds.root(1));
    assertThat(parts.stream().map(part -> part.length)).containsOnly(10, 11);
    assertThat(parts.stream().filter(part -> part.length == 11)).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void iidAndQuantityMixClassesAlike(long seed) {
    int[] labels = balanced(5000, 10);
    assertThat(chiSquare(new IidPartitioner(1).split(labels, 10, Seeds.root(seed)), labels))
        .isLessThan(CHI_SQUARE_81);
    var quantity = new QuantityPartitioner(2, 100).split(labels, 10, Seeds.root(seed));
    assertThat(chiSquare(quantity, labels)).isLessThan(CHI_SQUARE_81);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void dirichletTendsToEqualMixesAsAlphaGrowsAndToSkewAsItFalls(long seed) {
    int[] labels = balanced(5000, 10);
    var even = new DirichletPartitioner(1e6, 1).split(labels, 10, Seeds.root(seed));
    assertThat(chiSquare(even, labels)).isLessThan(CHI_SQUARE_81);
    var skewed = new DirichletPartitioner(0.1, 1).split(labels, 10, Seeds.root(seed));
    assertThat(chiSquare(skewed, labels)).isGreaterThan(20 * CHI_SQUARE_81);
  }

  /**
   * A share of a symmetric Dirichlet over K parts has mean 1/K, variance (1/K)(1 - 1/K)/(K alpha +
   * 1).
   */
  @Test
  void dirichletDrawsHaveTheMomentsOfTheDistribution() {
    for (double alpha : new double[] {0.05, 0.5, 1, 4}) {
      RandomStream random = Seeds.root(8).stream();
      double sum = 0;
      double squares = 0;
      int draws = 20000;
      for (int i = 0; i < draws; i++) {
        double[] shares = Cuts.dirichlet(random, alpha, 5);
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-12));
        sum += shares[0];
        squares += (shares[0] - 0.2) * (shares[0] - 0.2);
      }
      double variance = 0.2 * 0.8 / (5 * alpha + 1);
      assertThat(sum / draws).isCloseTo(0.2, within(5 * Math.sqrt(variance / draws)));
      assertThat(squares / draws).isCloseTo(variance, within(0.06 * variance));
    }
  }

  @Test
  void aTinyAlphaGivesOnePartAllAndNeverNaN() {
    RandomStream random = Seeds.root(2).stream();
    int[] winners = new int[4];
    for (int i = 0; i < 400; i++) {
      double[] shares = Cuts.dirichlet(random, 1e-6, 4);
      int winner = shares[0] > 0.999 ? 0 : shares[1] > 0.999 ? 1 : shares[2] > 0.999 ? 2 : 3;
      assertThat(shares[winner]).isGreaterThan(0.999);
      winners[winner]++;
    }
    assertThat(Arrays.stream(winners).min().orElseThrow()).isGreaterThan(60);
  }

  @Test
  void proportionsAreCutWhereTheirRoundedSumsFall() {
    assertThat(Cuts.proportional(10, new double[] {0.25, 0.5, 0.25})).containsExactly(0, 3, 8, 10);
    assertThat(Cuts.proportional(3, new double[] {0.1, 0.1, 0.8})).containsExactly(0, 0, 1, 3);
    assertThat(Cuts.proportional(0, new double[] {0.5, 0.5})).containsExactly(0, 0, 0);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shardsGiveFewClasses(long seed) {
    int[] aligned = balanced(1000, 10);
    for (int shards : new int[] {1, 2, 4}) {
      var parts = new ShardPartitioner(shards, 1).split(aligned, 10, Seeds.root(seed));
      assertThat(parts).allMatch(part -> part.length == 100);
      assertThat(classesOf(parts, aligned)).allMatch(count -> count <= shards);
    }
    // 7 clients do not divide 10 classes: a shard may straddle one border, and there are 9 borders.
    for (int shards : new int[] {2, 3}) {
      var parts = new ShardPartitioner(shards, 1).split(aligned, 7, Seeds.root(seed));
      List<Integer> classes = classesOf(parts, aligned);
      assertThat(classes).allMatch(count -> count <= 2 * shards);
      assertThat(classes.stream().mapToInt(Integer::intValue).sum())
          .isLessThanOrEqualTo(7 * shards + 9);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void quantitySkewGrowsAsAlphaFalls(long seed) {
    int[] labels = balanced(4000, 10);
    assertThat(imbalance(new QuantityPartitioner(0.3, 1).split(labels, 8, Seeds.root(seed))))
        .isGreaterThan(3);
    assertThat(imbalance(new QuantityPartitioner(1e5, 1).split(labels, 8, Seeds.root(seed))))
        .isLessThan(1.1);
  }

  @Test
  void theLeastSizeHolds() {
    int[] labels = balanced(1000, 10);
    for (long seed = 0; seed < 25; seed++) {
      assertThat(new DirichletPartitioner(0.3, 30).split(labels, 8, Seeds.root(seed)))
          .allMatch(part -> part.length >= 30);
      assertThat(new QuantityPartitioner(0.7, 10).split(labels, 8, Seeds.root(seed)))
          .allMatch(part -> part.length >= 10);
    }
  }

  @Test
  void byDomainIsTheIdentity() {
    var parts =
        new ByDomainPartitioner(List.of(2, 3, 1), 1)
            .split(new int[] {1, 0, 4, 4, 2, 0}, 3, Seeds.root(1));
    assertThat(flat(parts)).containsExactly("[0, 1]", "[2, 3, 4]", "[5]");
  }

  @Test
  void impossibleDivisionsNameTheNumbersAndTheWayOut() {
    int[] labels = balanced(100, 10);
    Seeds seeds = Seeds.root(1);
    assertThatThrownBy(() -> new IidPartitioner(11).split(labels, 10, seeds))
        .isInstanceOf(PartitionException.class)
        .hasMessageContainingAll("100 examples", "10 clients", "11", "min-samples");
    assertThatThrownBy(() -> new DirichletPartitioner(0.001, 9).split(labels, 10, seeds))
        .isInstanceOf(PartitionException.class)
        .hasMessageContainingAll("dirichlet", "alpha 0.001", "200 draws", "larger alpha");
    assertThatThrownBy(() -> new QuantityPartitioner(0.001, 5).split(labels, 10, seeds))
        .isInstanceOf(PartitionException.class)
        .hasMessageContainingAll("quantity", "0.001", "fewer clients");
    assertThatThrownBy(() -> new ShardPartitioner(11, 1).split(labels, 10, seeds))
        .isInstanceOf(PartitionException.class)
        .hasMessageContainingAll("100 examples", "10 clients", "11 shards-per-client");
    assertThatThrownBy(() -> new IidPartitioner(0).split(labels, 0, seeds))
        .isInstanceOf(PartitionException.class)
        .hasMessageContaining("clients must be >= 1, got 0");
    assertThatThrownBy(() -> new ShardPartitioner(1, 0).split(new int[] {0, -1}, 2, seeds))
        .isInstanceOf(PartitionException.class)
        .hasMessageContaining("example 1 must be >= 0, got -1");
    var domains = new ByDomainPartitioner(List.of(60, 40), 1);
    assertThatThrownBy(() -> domains.split(labels, 3, seeds))
        .hasMessageContaining("must be 2, got 3");
    assertThatThrownBy(() -> domains.split(new int[5], 2, seeds)).hasMessageContaining("100");
    assertThatThrownBy(() -> new ByDomainPartitioner(List.of(60, 4), 5))
        .hasMessageContainingAll("domain 1", "4", "5");
  }

  private static List<Partitioner> partitioners(int examples, int clients) {
    int[] bounds = Cuts.even(examples, clients);
    List<Integer> sizes =
        IntStream.range(0, clients).mapToObj(i -> bounds[i + 1] - bounds[i]).toList();
    return Stream.of(
            new ByDomainPartitioner(sizes, 1),
            new IidPartitioner(1),
            new DirichletPartitioner(0.5, 1),
            new ShardPartitioner(2, 1),
            new QuantityPartitioner(0.8, 1))
        .map(Partitioner.class::cast)
        .toList();
  }

  private static int[] balanced(int examples, int classes) {
    return IntStream.range(0, examples).map(i -> i % classes).toArray();
  }

  private static List<String> flat(List<int[]> parts) {
    return parts.stream().map(Arrays::toString).toList();
  }

  private static List<Integer> classesOf(List<int[]> parts, int[] labels) {
    return parts.stream()
        .map(part -> (int) Arrays.stream(part).map(i -> labels[i]).distinct().count())
        .toList();
  }

  private static double imbalance(List<int[]> parts) {
    var sizes = parts.stream().mapToInt(part -> part.length).summaryStatistics();
    return (double) sizes.getMax() / sizes.getMin();
  }

  /** Pearson's statistic of independence between client and class, for ten balanced classes. */
  private static double chiSquare(List<int[]> parts, int[] labels) {
    double sum = 0;
    for (int[] part : parts) {
      double expected = part.length / 10.0;
      for (int c = 0; c < 10; c++) {
        int label = c;
        long observed = Arrays.stream(part).filter(i -> labels[i] == label).count();
        sum += (observed - expected) * (observed - expected) / Math.max(expected, 1e-9);
      }
    }
    return sum;
  }
}
