package dev.tributary.datasets.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomLabelsTest {
  private static final Seeds SEEDS = Seeds.root(3);

  /** Two classes in turn; the only feature is the index. */
  private record Numbered(int size) implements Examples {
    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = index;
    }
  }

  private static int[] labels(Examples examples) {
    return IntStream.range(0, examples.size()).map(examples::label).toArray();
  }

  private static RandomLabels task(int task) {
    return RandomLabels.of(new Numbered(10_000), 10, SEEDS.child("task", task));
  }

  /** Pearson's statistic against equal counts. */
  private static double chiSquare(int[] counts, double expected) {
    double sum = 0;
    for (int count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  @Test
  void labelsAreUniform() {
    int[] counts = new int[10];
    for (int label : labels(task(0))) {
      counts[label]++;
    }

    // 9 degrees of freedom: 27.9 is passed once in a thousand.
    assertThat(chiSquare(counts, 1000)).isLessThan(27.9);
  }

  @Test
  void labelsOfTwoTasksAndOfTheImagesAreIndependent() {
    int[] first = labels(task(0));
    int[] second = labels(task(1));
    int[] pairs = new int[100];
    int[] withTrue = new int[20];
    for (int i = 0; i < first.length; i++) {
      pairs[10 * first[i] + second[i]]++;
      withTrue[2 * first[i] + i % 2]++;
    }

    // Once in a thousand: 99 degrees of freedom pass 148.2, 19 pass 43.8.
    assertThat(chiSquare(pairs, 100)).isLessThan(148.2);
    assertThat(chiSquare(withTrue, 500)).isLessThan(43.8);
  }

  @Test
  void aTaskHasTheSameLabelsEachTime() {
    assertThat(labels(task(4))).isEqualTo(labels(task(4))).isNotEqualTo(labels(task(5)));
  }

  @Test
  void imagesStayAsTheyAre() {
    RandomLabels task = task(0);
    float[] target = new float[3];
    task.read(77, target, 1);

    assertThat(target).containsExactly(0, 77, 0);
    assertThat(task.shape()).isEqualTo(Shape.of(1));
    assertThat(task.size()).isEqualTo(10_000);
    assertThat(task.classes()).isEqualTo(10);
    assertThat(task.subset(new int[] {5}).label(0)).isEqualTo(task.label(5));
  }

  @Test
  void refusesASingleClass() {
    assertThatThrownBy(() -> RandomLabels.of(new Numbered(3), 1, SEEDS))
        .hasMessageContaining("at least 2 classes, got 1");
  }
}
