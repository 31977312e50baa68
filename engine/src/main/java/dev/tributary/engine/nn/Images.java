package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Window;

/** Shapes of images, [channels, height, width]. */
final class Images {
  private Images() {}

  static void require(String name, Shape shape) {
    if (shape.rank() != 3 || shape.size() == 0) {
      throw new IllegalArgumentException(
          name
              + ": a sample must be an image [channels, height, width], got shape "
              + shape
              + "; use a dense model (mlp, logistic) for other data");
    }
  }

  static Shape output(String name, Shape input, int channels, Window window) {
    try {
      return Shape.of(
          channels, window.outputHeight(input.axis(1)), window.outputWidth(input.axis(2)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
