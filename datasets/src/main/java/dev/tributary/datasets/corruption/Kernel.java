package dev.tributary.datasets.corruption;

import java.util.ArrayList;
import java.util.List;

/**
 * A small filter with weights at offsets: {@code out(y, x) = sum_k weight_k in(y + dy_k, x +
 * dx_k)}.
 */
final class Kernel {
  private final Border border;
  private final int[] down;
  private final int[] right;
  private final double[] weights;

  private record Tap(int down, int right, double weight) {}

  private Kernel(List<Tap> taps, Border border) {
    double sum = taps.stream().mapToDouble(Tap::weight).sum();
    this.border = border;
    this.down = taps.stream().mapToInt(Tap::down).toArray();
    this.right = taps.stream().mapToInt(Tap::right).toArray();
    this.weights = taps.stream().mapToDouble(tap -> tap.weight() / sum).toArray();
  }

  /**
   * A disk with soft edges: the whole pixels within {@code radius}, all alike, smoothed by a
   * Gaussian cut to 3 x 3. Border {@link Border#REFLECT_101}.
   *
   * @param radius in pixels, in [0, 8]
   * @param softness deviation of the Gaussian in pixels, &gt; 0
   */
  static Kernel disk(double radius, double softness) {
    int reach = (int) radius + 1;
    List<Tap> taps = new ArrayList<>();
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        double weight = 0;
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            if ((y + dy) * (y + dy) + (x + dx) * (x + dx) <= radius * radius) {
              weight += bell(Math.sqrt(dy * dy + dx * dx), softness);
            }
          }
        }
        if (weight > 0) {
          taps.add(new Tap(y, x, weight));
        }
      }
    }
    return new Kernel(taps, Border.REFLECT_101);
  }

  /**
   * ImageMagick's motion blur: half a Gaussian along a line that starts at the pixel, {@code 2
   * ceil(radius) + 1} steps of one pixel, each from the nearest pixel. Border {@link
   * Border#NEAREST}.
   *
   * @param radius in pixels, &gt; 0
   * @param sigma deviation of the Gaussian in pixels, &gt; 0
   * @param degrees direction of the line, from the right turning down
   */
  static Kernel motion(double radius, double sigma, double degrees) {
    double radians = Math.toRadians(degrees);
    double cos = StrictMath.cos(radians);
    double sin = StrictMath.sin(radians);
    List<Tap> taps = new ArrayList<>();
    for (int i = 0; i <= 2 * (int) Math.ceil(radius); i++) {
      taps.add(
          new Tap((int) Math.ceil(i * sin - 0.5), (int) Math.ceil(i * cos - 0.5), bell(i, sigma)));
    }
    return new Kernel(taps, Border.NEAREST);
  }

  /** The filtered plane. */
  Plane apply(Plane plane) {
    int height = plane.height();
    int width = plane.width();
    return Plane.of(
        height,
        width,
        (y, x) -> {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum +=
                weights[k]
                    * plane.at(
                        border.place(y + down[k], height), border.place(x + right[k], width));
          }
          return sum;
        });
  }

  /** The Gaussian's height at a distance, 1 at its center. */
  static double bell(double distance, double sigma) {
    return StrictMath.exp(-distance * distance / (2 * sigma * sigma));
  }
}
