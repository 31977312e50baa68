package dev.tributary.algorithms.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuffersTest {

  /** Labels alone. */
  private record Labels(int classes, List<Integer> of) implements Examples {
    static Labels of(int classes, Integer... labels) {
      return new Labels(classes, List.of(labels));
    }

    /** In random order. */
    static Labels random(int classes, int size, RandomStream random) {
      return new Labels(classes, random.ints(size, 0, classes).boxed().toList());
    }

    @Override
    public int size() {
      return of.size();
    }

    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public int label(int index) {
      return of.get(index);
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = index;
    }
  }

  private static Set<Integer> content(ReplayMemory memory) {
    Set<Integer> content = new TreeSet<>();
    for (int place = 0; place < memory.size(); place++) {
      content.add(memory.at(place));
    }
    return content;
  }

  private static int[] held(ReplayMemory memory, Examples examples) {
    int[] held = new int[examples.classes()];
    for (int place = 0; place < memory.size(); place++) {
      held[examples.label(memory.at(place))]++;
    }
    return held;
  }

  private static void offer(ReplayMemory memory, int from, int to) {
    for (int i = from; i < to; i++) {
      memory.offer(i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16, 50, 90})
  void holdAllThatWasOfferedUntilTheyAreFullAndNeverMoreThanTheirSize(int capacity) {
    for (int seed = 0; seed < 20; seed++) {
      Seeds seeds = Seeds.root(seed);
      Labels labels = Labels.random(5, 80, seeds.child("labels").stream());
      ReplayMemory reservoir = new Reservoir(capacity, seeds);
      ReplayMemory ring = new RingBuffer(capacity, labels);
      GreedyMemory greedy = new GreedyMemory(capacity, labels, seeds);
      for (int i = 0; i < labels.size(); i++) {
        for (ReplayMemory memory : List.of(reservoir, ring)) {
          int place = memory.offer(i);
          assertThat(memory.size()).isEqualTo(Math.min(i + 1, capacity));
          assertThat(content(memory)).hasSize(memory.size());
          assertThat(place).isBetween(-1, memory.size() - 1);
          assertThat(place < 0 || memory.at(place) == i).isTrue();
        }
        greedy.offer(i);
        assertThat(greedy.size()).isLessThanOrEqualTo(capacity);
        assertThat(content(greedy)).hasSize(greedy.size());
      }
      assertThat(reservoir.draw(200, seeds.stream())).hasSize(Math.min(80, capacity));
    }
  }

  @Test
  void reservoirHoldsEachExampleWithTheSameProbability() {
    int capacity = 6;
    int offered = 20;
    int runs = 4000;
    int[] found = new int[offered];
    for (int seed = 0; seed < runs; seed++) {
      Reservoir reservoir = new Reservoir(capacity, Seeds.root(seed));
      offer(reservoir, 0, offered);
      content(reservoir).forEach(i -> found[i]++);
    }
    double expected = (double) runs * capacity / offered;
    // Each count is binomial with variance expected (1 - 6/20), and they sum to a constant, so the
    // statistic below is close to chi-square with 19 degrees of freedom: 43.8 is its 0.999
    // quantile.
    double statistic = 0;
    for (int count : found) {
      statistic += (count - expected) * (count - expected) / expected;
    }
    statistic *= (offered - 1.0) / offered / (1 - (double) capacity / offered);
    assertThat(statistic).isLessThan(43.8);
  }

  @Test
  void drawsWithoutRepetitionAndEachPlaceAsOften() {
    Reservoir reservoir = new Reservoir(10, Seeds.root(1));
    offer(reservoir, 0, 10);
    int[] found = new int[10];
    int runs = 3000;
    for (int run = 0; run < runs; run++) {
      int[] places = reservoir.draw(4, Seeds.root(run).stream());
      assertThat(Arrays.stream(places).distinct().count()).isEqualTo(4);
      Arrays.stream(places).forEach(p -> found[p]++);
    }
    double expected = runs * 0.4;
    double statistic = 0;
    for (int count : found) {
      statistic += (count - expected) * (count - expected) / expected;
    }
    // 27.9 is the 0.999 quantile of chi-square with 9 degrees of freedom.
    assertThat(statistic * 0.9 / 0.6).isLessThan(27.9);
  }

  @Test
  void drawsAmongEligiblePlacesAlone() {
    Reservoir reservoir = new Reservoir(10, Seeds.root(1));
    offer(reservoir, 0, 10);
    int[] places = reservoir.draw(8, Seeds.root(2).stream(), place -> place % 2 == 1);
    assertThat(places).containsExactlyInAnyOrder(1, 3, 5, 7, 9);
    assertThat(reservoir.draw(8, Seeds.root(2).stream(), place -> false)).isEmpty();
  }

  @Test
  void ringHoldsTheLastOfEachClass() {
    // Index:             0  1  2  3  4  5  6  7  8
    Labels l = Labels.of(3, 0, 0, 0, 0, 0, 1, 1, 1, 2);
    RingBuffer ring = new RingBuffer(4, l);
    offer(ring, 0, 4);
    assertThat(content(ring)).containsExactly(0, 1, 2, 3);
    // Full: a fifth of class 0 takes the place of its oldest.
    assertThat(ring.offer(4)).isEqualTo(0);
    assertThat(content(ring)).containsExactly(1, 2, 3, 4);
    // Class 1 gets two of the four places, the oldest of class 0 leave.
    offer(ring, 5, 7);
    assertThat(content(ring)).containsExactly(3, 4, 5, 6);
    // Its third takes the place of its own first.
    offer(ring, 7, 8);
    assertThat(content(ring)).containsExactly(3, 4, 6, 7);
    // A third class takes the place of the oldest example of the largest classes, which are both.
    offer(ring, 8, 9);
    assertThat(content(ring)).containsExactly(4, 6, 7, 8);
  }

  @Test
  void ringIsBalancedWhateverTheOrder() {
    for (int seed = 0; seed < 50; seed++) {
      RandomStream random = Seeds.root(seed).stream();
      int classes = 2 + random.nextInt(5);
      int capacity = classes + random.nextInt(30);
      // Sorted or mixed, each class with more examples than places.
      Integer[] order = new Integer[classes * 40];
      Arrays.setAll(order, i -> i / 40);
      if (seed % 2 == 0) {
        int[] shuffled = random.permutation(order.length);
        Arrays.setAll(order, i -> shuffled[i] % classes);
      }
      Labels labels = Labels.of(classes, order);
      RingBuffer ring = new RingBuffer(capacity, labels);
      offer(ring, 0, order.length);
      int[] held = held(ring, labels);
      assertThat(Arrays.stream(held).sum()).isEqualTo(capacity);
      assertThat(Arrays.stream(held).max().orElseThrow())
          .isLessThanOrEqualTo(Arrays.stream(held).min().orElseThrow() + 1);
    }
  }

  @Test
  void ringWithMoreClassesThanPlacesHoldsThoseSeenLast() {
    Labels labels = Labels.of(5, 0, 1, 2, 3, 4);
    RingBuffer ring = new RingBuffer(2, labels);
    offer(ring, 0, 5);
    assertThat(content(ring)).containsExactly(3, 4);
  }

  @Test
  void greedyTakesAClassUpToItsShareAndPushesOutTheLargest() {
    // Index:                 0  1  2  3  4  5  6  7
    Labels labels = Labels.of(3, 0, 0, 0, 0, 0, 1, 1, 1);
    GreedyMemory greedy = new GreedyMemory(4, labels, Seeds.root(1));
    offer(greedy, 0, 5);
    // One class has all places, and has no use for more.
    assertThat(content(greedy)).containsExactly(0, 1, 2, 3);
    offer(greedy, 5, 7);
    assertThat(held(greedy, labels)).containsExactly(2, 2, 0);
    assertThat(greedy.offer(7)).isEqualTo(-1);
    // What is held already is not taken again, though its class has room.
    GreedyMemory roomy = new GreedyMemory(9, labels, Seeds.root(1));
    assertThat(roomy.offer(3)).isEqualTo(0);
    assertThat(roomy.offer(3)).isEqualTo(-1);
    assertThat(roomy.size()).isEqualTo(1);
  }

  @Test
  void greedyChoosesWhoLeavesAtRandom() {
    Labels labels = Labels.of(2, 0, 0, 0, 1);
    Set<Set<Integer>> outcomes = new HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      GreedyMemory greedy = new GreedyMemory(3, labels, Seeds.root(seed));
      offer(greedy, 0, 4);
      outcomes.add(content(greedy));
    }
    assertThat(outcomes)
        .containsExactlyInAnyOrder(Set.of(0, 1, 3), Set.of(0, 2, 3), Set.of(1, 2, 3));
  }

  @Test
  void wholeNumbersBeyondWhatFloatsHoldAreRefused() {
    ParameterLayout layout =
        ParameterLayout.builder().add("m.counts", Role.MEMORY, Shape.of(2)).build();
    Memory memory = new Memory(ParameterVector.zeros(layout));
    memory.setWhole("m.counts", 16_777_215, 16_777_216);
    assertThat(memory.getWhole("m.counts")).containsExactly(16_777_215, 16_777_216);
    assertThatThrownBy(() -> memory.setWhole("m.counts", 1, 16_777_217))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("m.counts")
        .hasMessageContaining("16777217");
    assertThatThrownBy(() -> memory.setWhole("m.counts", -1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("-1");
  }
}
