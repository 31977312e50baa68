package dev.tributary.datasets.stream;

import dev.tributary.engine.random.Seeds;
import java.util.Arrays;

/**
 * A fixed linear map of image planes: each pixel of the result is a weighted sum of a few pixels of
 * the same plane. Immutable.
 */
final class PixelMap {
  private final int taps;
  private final int[] from;
  private final float[] weights;

  /** Takes over both arrays, [pixels, taps]. */
  private PixelMap(int taps, int[] from, float[] weights) {
    this.taps = taps;
    this.from = from;
    this.weights = weights;
  }

  /** Pixels in a random order: a permutation, drawn from the seed. */
  static PixelMap permutation(int pixels, Seeds seeds) {
    float[] ones = new float[pixels];
    Arrays.fill(ones, 1);
    return new PixelMap(1, seeds.stream().permutation(pixels), ones);
  }

  /**
   * A rotation about the middle of the image, counterclockwise, by bilinear interpolation between
   * pixel centers. What comes from outside the image has the value of the nearest pixel of its
   * border.
   *
   * @param degrees any finite angle
   */
  static PixelMap rotation(int height, int width, double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double middleY = (height - 1) / 2.0;
    double middleX = (width - 1) / 2.0;
    int[] from = new int[height * width * 4];
    float[] weights = new float[from.length];
    int tap = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // Rows grow downwards, so this turns the place back by the angle, clockwise.
        double sourceX = middleX + cos * (x - middleX) - sin * (y - middleY);
        double sourceY = middleY + sin * (x - middleX) + cos * (y - middleY);
        double floorX = Math.floor(sourceX);
        double floorY = Math.floor(sourceY);
        double right = sourceX - floorX;
        double low = sourceY - floorY;
        for (int corner = 0; corner < 4; corner++) {
          int dx = corner & 1;
          int dy = corner >> 1;
          int row = Math.clamp((int) floorY + dy, 0, height - 1);
          int column = Math.clamp((int) floorX + dx, 0, width - 1);
          from[tap] = row * width + column;
          weights[tap] = (float) ((dx == 1 ? right : 1 - right) * (dy == 1 ? low : 1 - low));
          tap++;
        }
      }
    }
    return new PixelMap(4, from, weights);
  }

  /** The number of pixels of a plane. */
  int pixels() {
    return from.length / taps;
  }

  /** Maps one plane of {@code source} into {@code target}, both at their offsets. */
  void apply(float[] source, int sourceOffset, float[] target, int targetOffset) {
    int pixels = pixels();
    for (int i = 0, tap = 0; i < pixels; i++) {
      float sum = 0;
      for (int k = 0; k < taps; k++, tap++) {
        sum += weights[tap] * source[sourceOffset + from[tap]];
      }
      target[targetOffset + i] = sum;
    }
  }
}
