package dev.tributary.datasets.stream;

import static dev.tributary.datasets.stream.Numbered.labels;
import static dev.tributary.datasets.stream.Numbered.numbers;
import static dev.tributary.datasets.stream.StreamOptionsTest.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelDriftTest {
  private static final int TEST = 10_000;

  /** Rounded shares of the classes, but never fewer than the two that an exchange takes. */
  @ParameterizedTest
  @CsvSource({"10, 1, 10", "10, 0.5, 5", "10, 0.34, 3", "10, 0.01, 2", "2, 1, 2", "7, 0.9, 6"})
  void eachTaskMovesSoManyLabels(int classes, double share, int moved) {
    StreamOptions options = options("label-drift", "tasks", 6, "drift-share", share);
    for (long seed = 0; seed < 20; seed++) {
      List<int[]> mappings = LabelDrift.mappings(options, classes, Seeds.root(seed));
      assertThat(mappings).hasSize(6);
      assertThat(mappings.getFirst()).isEqualTo(IntStream.range(0, classes).toArray());
      for (int t = 0; t < 6; t++) {
        int[] now = mappings.get(t);
        int[] before = mappings.get(Math.max(0, t - 1));
        assertThat(now).containsExactlyInAnyOrder(mappings.getFirst());
        assertThat(IntStream.range(0, classes).filter(y -> now[y] != before[y]).count())
            .isEqualTo(t == 0 ? 0 : moved);
      }
    }
  }

  /** With window 0 the test part tells each task's mapping, and every training label follows it. */
  @Test
  void withoutAWindowLabelsChangeAtTheBoundary() {
    ImageSet train = Numbered.random(0, 203, 5, 1);
    ImageSet test = Numbered.balanced(TEST, 3, 5);
    for (long seed = 0; seed < 10; seed++) {
      TaskStream stream =
          Streams.divide(
              options("label-drift", "tasks", 4, "drift-window", 0), train, test, Seeds.root(seed));
      assertThat(stream.classIncremental()).isFalse();
      assertThat(ClassTasksTest.all(stream, task -> numbers(task.train())))
          .containsExactlyInAnyOrder(numbers(train));
      for (StreamTask task : stream.all()) {
        int[] mapping = mapping(task, test);
        assertThat(numbers(task.test())).isEqualTo(numbers(test));
        assertThat(labels(task.train()))
            .isEqualTo(
                IntStream.of(numbers(task.train())).map(n -> mapping[train.label(n)]).toArray());
        assertThat(task.boundaryKnown()).isTrue();
        assertThat(task.classes()).containsExactly(0, 1, 2, 3, 4);
      }
    }
  }

  /**
   * In the window the chance of the new label rises evenly from 0 to 1: over its first, second,
   * third and fourth quarter it is 1/8, 3/8, 5/8 and 7/8 on average. Of 2000 examples each that is
   * 250, 750, 1250 and 1750, with a deviation below sqrt(2000 / 4) = 22.4; five of them are
   * allowed.
   */
  @Test
  void inTheWindowNewLabelsTakeOverEvenly() {
    ImageSet train = Numbered.balanced(0, 4000, 4);
    ImageSet test = Numbered.balanced(TEST, 1, 4);
    TaskStream stream =
        Streams.divide(
            options("label-drift", "tasks", 2, "examples", "all", "drift-window", 0.5),
            train,
            test,
            Seeds.root(9));
    assertThat(stream.task(0).boundaryKnown()).isFalse();
    assertThat(labels(stream.task(0).train()))
        .isEqualTo(IntStream.of(numbers(stream.task(0).train())).map(train::label).toArray());
    StreamTask task = stream.task(1);
    int[] mapping = mapping(task, test);
    int[] drawn = numbers(task.train());
    assertThat(Arrays.stream(drawn).distinct().count()).isEqualTo(16_000);
    int[] news = new int[8];
    for (int i = 0; i < drawn.length; i++) {
      int y = train.label(drawn[i]);
      int label = task.train().label(i);
      assertThat(label).isIn(y, mapping[y]);
      news[i / 2000] += label == mapping[y] ? 1 : 0;
    }
    int[] expected = {250, 750, 1250, 1750};
    for (int quarter = 0; quarter < 4; quarter++) {
      assertThat(news[quarter]).isBetween(expected[quarter] - 112, expected[quarter] + 112);
      assertThat(news[4 + quarter]).isEqualTo(2000);
    }
  }

  @Test
  void oneClassHasNothingToDriftTo() {
    ImageSet data = Numbered.balanced(0, 3, 1);
    assertThatThrownBy(() -> Streams.divide(options("label-drift"), data, data, Seeds.root(1)))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("label-drift", "at least 2 classes", "got 1");
  }

  /** The label that a task's test part gives each class. */
  private static int[] mapping(StreamTask task, ImageSet test) {
    int[] mapping = new int[test.classes()];
    for (int i = 0; i < test.size(); i++) {
      mapping[test.label(i)] = task.test().label(i);
    }
    return mapping;
  }
}
