package dev.tributary.benchmarks.norm;

import dev.tributary.engine.tensor.Shape;
import java.util.List;

/**
 * A batch of activations.
 *
 * @param batch samples
 * @param channels channels
 * @param side rows and columns
 */
record Images(int batch, int channels, int side) {

  /** Those of digit-cnn and resnet-20 with a batch of 32. */
  static List<Images> all() {
    return List.of(
        new Images(32, 64, 28),
        new Images(32, 64, 14),
        new Images(32, 16, 32),
        new Images(32, 32, 16));
  }

  Shape sample() {
    return Shape.of(channels, side, side);
  }

  int size() {
    return batch * channels * side * side;
  }

  @Override
  public String toString() {
    return batch + "x" + channels + "x" + side + "x" + side;
  }
}
