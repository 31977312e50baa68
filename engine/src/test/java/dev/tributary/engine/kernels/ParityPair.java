package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/** The same numbers in both precisions. */
record ParityPair(Tensor fast, Tensor plain) {
  private static final Seeds SEEDS = Seeds.root(31);

  static ParityPair of(String name, double mean, double deviation, int... lengths) {
    Shape shape = Shape.of(lengths);
    double[] values = Cases.normal(SEEDS.child(name + shape), shape.size(), mean, deviation);
    ParityPair pair = new ParityPair(Tensor.zeros(shape), Tensor.zeros(shape, DataType.DOUBLE));
    pair.fast.set(values);
    pair.plain.set(values);
    return pair;
  }

  static ParityPair of(String name, int... lengths) {
    return of(name, 0, 1, lengths);
  }

  void agree(int terms) {
    double[] expected = plain.toDoubles();
    float[] actual = fast.toFloats();
    double size =
        Math.sqrt(
            IntStream.range(0, expected.length)
                .mapToDouble(i -> expected[i] * expected[i])
                .average()
                .orElse(0));
    double tolerance = 4e-7 * Math.sqrt(terms) * (1 + size) + 1e-6 * size;
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("element %d of %s", i, fast)
          .isCloseTo(expected[i], offset(tolerance + 1e-6 * Math.abs(expected[i])));
    }
  }
}
