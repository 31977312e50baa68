package dev.tributary.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JoinedExamplesTest {

  /** Examples of one feature, {@code first} and on, each its own label modulo the classes. */
  private record Numbers(int first, int size, int classes) implements Examples {
    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public int label(int index) {
      return (first + index) % classes;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = first + index;
    }
  }

  private static final JoinedExamples JOINED =
      new JoinedExamples(
          List.of(
              new Numbers(0, 0, 7),
              new Numbers(10, 2, 7),
              new Numbers(0, 0, 7),
              new Numbers(0, 0, 7),
              new Numbers(20, 3, 7),
              new Numbers(0, 0, 7)));

  @Test
  void anIndexNamesItsPartAndItsExample() {
    assertThat(JOINED.size()).isEqualTo(5);
    assertThat(IntStream.range(0, 5).map(JOINED::part)).containsExactly(1, 1, 4, 4, 4);
    assertThat(IntStream.rangeClosed(0, 6).map(JOINED::start)).containsExactly(0, 0, 2, 2, 2, 5, 5);
    float[] read = new float[5];
    IntStream.range(0, 5).forEach(i -> JOINED.read(i, read, i));
    assertThat(read).containsExactly(10, 11, 20, 21, 22);
    // 10, 11, 20, 21, 22 modulo 7
    assertThat(IntStream.range(0, 5).map(JOINED::label)).containsExactly(3, 4, 6, 0, 1);
  }

  @Test
  void whatIsNotThereIsRefused() {
    for (int index : new int[] {-1, 5}) {
      assertThatThrownBy(() -> JOINED.label(index))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContainingAll("[0, 5)", "got " + index);
    }
    assertThatThrownBy(() -> new JoinedExamples(List.of())).hasMessageContaining("got none");
    assertThatThrownBy(
            () -> new JoinedExamples(List.of(new Numbers(0, 1, 7), new Numbers(0, 1, 8))))
        .hasMessageContainingAll("8 classes", "with 7");
  }
}
