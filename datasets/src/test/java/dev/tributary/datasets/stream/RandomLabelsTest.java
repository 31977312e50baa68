package dev.tributary.datasets.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomLabelsTest {
  private static final Seeds SEEDS = Seeds.root(3);

  /** Two classes in turn; the only feature is the index. */
  private record Indexed(int size) implements Examples {
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

  private static Examples task(int task) {
    return RandomLabels.of(new Indexed(10_000), 10, SEEDS.child("task", task));
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
    Examples task = task(0);
    float[] target = new float[3];
    task.read(77, target, 1);

    assertThat(target).containsExactly(0, 77, 0);
    assertThat(task.shape()).isEqualTo(Shape.of(1));
    assertThat(task.size()).isEqualTo(10_000);
    assertThat(task.classes()).isEqualTo(10);
    assertThat(task.subset(new int[] {5}).label(0)).isEqualTo(task.label(5));
  }

  @Test
  void aStreamAsksToFitTheSameImagesAnew() {
    StreamSource source = new StreamSource("s", new Indexed(200), new Indexed(7));
    StreamOptions options = StreamOptionsTest.options("random-labels", "tasks", 3);
    TaskStream stream = Streams.divide(options, List.of(source), SEEDS, SEEDS.child("one"));
    assertThat(stream.classIncremental()).isFalse();
    assertThat(stream.all())
        .extracting(StreamTask::name)
        .containsExactly("random labels 0", "random labels 1", "random labels 2");
    int[][] called = new int[3][200];
    for (StreamTask task : stream.all()) {
      assertThat(task.boundaryKnown()).isTrue();
      assertThat(task.classes()).containsExactly(0, 1);
      assertThat(task.train().size()).isEqualTo(200);
      assertThat(task.test().size()).isEqualTo(200);
      for (int i = 0; i < 200; i++) {
        called[task.index()][image(task.train(), i)] += 1 + task.train().label(i);
      }
      for (int i = 0; i < 200; i++) {
        // The same image under the same label; a sum of two visits would show.
        assertThat(called[task.index()][image(task.test(), i)]).isEqualTo(1 + task.test().label(i));
      }
      assertThat(image(task.train(), 0) == 0 && image(task.train(), 1) == 1).isFalse();
    }
    assertThat(called[0]).isNotEqualTo(called[1]);
    assertThat(called[1]).isNotEqualTo(called[2]);
    TaskStream other = Streams.divide(options, List.of(source), SEEDS, SEEDS.child("two"));
    assertThat(labels(other.task(0).test())).isNotEqualTo(labels(stream.task(0).test()));
  }

  private static int image(Examples examples, int index) {
    float[] image = new float[1];
    examples.read(index, image, 0);
    return (int) image[0];
  }

  @Test
  void refusesASingleClass() {
    StreamSource source = new StreamSource("s", Numbered.of(0, 1, 0), Numbered.of(1, 1, 0));
    assertThatThrownBy(
            () ->
                Streams.divide(
                    StreamOptionsTest.options("random-labels"), List.of(source), SEEDS, SEEDS))
        .hasMessageContainingAll("random-labels", "at least 2 classes, got 1");
    assertThatThrownBy(() -> RandomLabels.of(new Indexed(3), 1, SEEDS))
        .hasMessageContaining("at least 2 classes, got 1");
  }
}
