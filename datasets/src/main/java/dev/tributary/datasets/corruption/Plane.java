package dev.tributary.datasets.corruption;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * One channel of an image: numbers in rows from the top, pixels in [0, 1] and layers of any range;
 * immutable.
 */
final class Plane {
  private final int height;
  private final int width;
  private final double[] values;

  private Plane(int height, int width, double[] values) {
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /** A number for each place. */
  interface Values {
    double at(int y, int x);
  }

  /** The plane of these numbers, asked for row by row, each once. */
  static Plane of(int height, int width, Values numbers) {
    double[] values = new double[Math.multiplyExact(height, width)];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[i++] = numbers.at(y, x);
      }
    }
    return new Plane(height, width, values);
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** The number at row y and column x. */
  double at(int y, int x) {
    return values[y * width + x];
  }

  /** The number between pixels by bilinear interpolation. */
  double between(double y, double x, Border border) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double down = y - top;
    double right = x - left;
    int y0 = border.place(top, height);
    int y1 = border.place(top + 1, height);
    int x0 = border.place(left, width);
    int x1 = border.place(left + 1, width);
    double upper = at(y0, x0) + right * (at(y0, x1) - at(y0, x0));
    double lower = at(y1, x0) + right * (at(y1, x1) - at(y1, x0));
    return upper + down * (lower - upper);
  }

  /** Each number by itself, in order of rows. */
  Plane map(DoubleUnaryOperator function) {
    double[] mapped = new double[values.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = function.applyAsDouble(values[i]);
    }
    return new Plane(height, width, mapped);
  }

  /** Each number with that of another plane of the same size at the same place. */
  Plane with(Plane other, DoubleBinaryOperator function) {
    double[] both = new double[values.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = function.applyAsDouble(values[i], other.values[i]);
    }
    return new Plane(height, width, both);
  }

  double mean() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  double min() {
    double least = values[0];
    for (double value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  double max() {
    return -map(value -> -value).min();
  }
}
