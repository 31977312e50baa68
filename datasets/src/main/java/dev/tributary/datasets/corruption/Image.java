package dev.tributary.datasets.corruption;

import dev.tributary.datasets.ImageSet;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * An image as planes of one size: one of gray, or three of red, green, blue; pixels in [0, 1].
 *
 * @param planes the channels in order
 */
record Image(List<Plane> planes) {
  /**
   * In levels: sums that should be whole or half levels may come out a few units of double
   * precision too low, and truncation would take a whole level off them.
   */
  private static final double ROUNDING = 1e-9;

  Image {
    planes = List.copyOf(planes);
  }

  /** Image {@code index} of a set, its bytes divided by 255. */
  static Image of(ImageSet images, int index) {
    return new Image(
        IntStream.range(0, images.channels())
            .mapToObj(
                c ->
                    Plane.of(
                        images.height(),
                        images.width(),
                        (y, x) -> (images.pixel(index, c, y, x) & 0xFF) / 255.0))
            .toList());
  }

  int height() {
    return planes.getFirst().height();
  }

  int width() {
    return planes.getFirst().width();
  }

  boolean colored() {
    return planes.size() == 3;
  }

  /** The same for each channel. */
  Image map(UnaryOperator<Plane> function) {
    return new Image(planes.stream().map(function).toList());
  }

  /** Each number with that of another image of the same size and channels. */
  Image with(Image other, DoubleBinaryOperator function) {
    return new Image(
        IntStream.range(0, planes.size())
            .mapToObj(c -> planes.get(c).with(other.planes.get(c), function))
            .toList());
  }

  /** The luma of each pixel, 0.299 R + 0.587 G + 0.114 B; of a gray image itself. */
  Plane gray() {
    if (!colored()) {
      return planes.getFirst();
    }
    return Plane.of(
        height(),
        width(),
        (y, x) ->
            0.299 * planes.get(0).at(y, x)
                + 0.587 * planes.get(1).at(y, x)
                + 0.114 * planes.get(2).at(y, x));
  }

  /** The largest channel of each pixel: the value of HSV. */
  Plane largest() {
    return planes.stream().reduce((a, b) -> a.with(b, Math::max)).orElseThrow();
  }

  /** The smallest channel of each pixel. */
  Plane smallest() {
    return planes.stream().reduce((a, b) -> a.with(b, Math::min)).orElseThrow();
  }

  /**
   * Writes [channels, height, width] bytes into an array: clipped to [0, 1], times 255, truncated
   * as the source truncates.
   */
  void writeTo(byte[] pixels, int offset) {
    int at = offset;
    for (Plane plane : planes) {
      for (int y = 0; y < plane.height(); y++) {
        for (int x = 0; x < plane.width(); x++) {
          pixels[at++] = (byte) level(plane.at(y, x));
        }
      }
    }
  }

  /** The 8-bit level of a number, clipped and truncated. */
  static int level(double value) {
    return (int) (Math.clamp(value, 0.0, 1.0) * 255 + ROUNDING);
  }

  /** The number after it was kept in 8 bits, clipped and rounded to the nearest level. */
  static double rounded(double value) {
    return Math.floor(Math.clamp(value, 0.0, 1.0) * 255 + 0.5 + ROUNDING) / 255;
  }

  /** The number after it was kept in 8 bits, clipped and truncated. */
  static double truncated(double value) {
    return level(value) / 255.0;
  }
}
