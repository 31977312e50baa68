package dev.tributary.engine;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;

/** Random tensors for tests. */
public final class Cases {
  private Cases() {}

  /** Normal values of this mean and deviation. */
  public static double[] normal(Seeds seeds, int size, double mean, double deviation) {
    RandomStream stream = seeds.stream();
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      // On the float grid, so that both precisions see the same numbers.
      values[i] = (float) (mean + deviation * stream.nextGaussian());
    }
    return values;
  }

  /** A tensor of standard normal values. */
  public static Tensor tensor(Seeds seeds, DataType type, int... shape) {
    Tensor tensor = Tensor.zeros(Shape.of(shape), type);
    tensor.set(normal(seeds, tensor.size(), 0, 1));
    return tensor;
  }
}
