package dev.tributary.engine.tensor;

/**
 * How a kernel or a pooling window moves over an image: no dilation, zero padding on both sides.
 *
 * <p>An axis of length {@code n} gives {@code floor((n + 2 * padding - size) / stride) + 1}
 * outputs.
 *
 * @param height the window's height, &ge; 1
 * @param width the window's width, &ge; 1
 * @param strideHeight the step from one output row to the next, &ge; 1
 * @param strideWidth the step from one output column to the next, &ge; 1
 * @param padHeight rows of padding above and below, in [0, height)
 * @param padWidth columns of padding left and right, in [0, width)
 */
public record Window(
    int height, int width, int strideHeight, int strideWidth, int padHeight, int padWidth) {

  /** Checks the ranges. */
  public Window {
    if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1) {
      throw new IllegalArgumentException(
          "a window's size and stride must be >= 1, got size "
              + height
              + "x"
              + width
              + ", stride "
              + strideHeight
              + "x"
              + strideWidth);
    }
    if (padHeight < 0 || padWidth < 0 || padHeight >= height || padWidth >= width) {
      throw new IllegalArgumentException(
          "a window's padding must be in [0, its size), got padding "
              + padHeight
              + "x"
              + padWidth
              + " with size "
              + height
              + "x"
              + width);
    }
  }

  /** A square window. */
  public static Window square(int size, int stride, int padding) {
    return new Window(size, size, stride, stride, padding, padding);
  }

  /** The number of output rows for {@code inputHeight} input rows; an error if there is none. */
  public int outputHeight(int inputHeight) {
    return outputs(inputHeight, height, strideHeight, padHeight, "height");
  }

  /** The number of output columns for {@code inputWidth} input columns; an error if none. */
  public int outputWidth(int inputWidth) {
    return outputs(inputWidth, width, strideWidth, padWidth, "width");
  }

  private static int outputs(int length, int size, int stride, int padding, String axis) {
    int room = length + 2 * padding - size;
    if (room < 0) {
      throw new IllegalArgumentException(
          "a window of %s %d with padding %d does not fit in an input of %s %d; use a larger input, a smaller window or more padding"
              .formatted(axis, size, padding, axis, length));
    }
    return room / stride + 1;
  }
}
