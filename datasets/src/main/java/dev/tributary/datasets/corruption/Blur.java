package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;
import java.util.ArrayList;
import java.util.List;

/** The family of blur. */
final class Blur {
  /** Where the source's Gaussian filter is cut off, in deviations, when nothing else is said. */
  private static final double TRUNCATE = 4;

  /** As floating point makes it of a list of factors that begins 1, 1.01. */
  private static final double ZOOM_STEP = 1.01 - 1;

  private Blur() {}

  /** Out of focus: a disk with soft edges. */
  static Operation defocus(int severity) {
    double radius = Corruption.pick(severity, 0.3, 0.4, 0.5, 1, 1.5);
    double softness = Corruption.pick(severity, 0.4, 0.5, 0.6, 0.2, 0.1);
    Kernel disk = Kernel.disk(radius, softness);
    return (image, _) -> image.map(disk::apply);
  }

  /**
   * Frosted glass: smoothed, pixels exchanged with near ones, smoothed again.
   *
   * <p>What the source means as an exchange is a copy of the neighbor over the pixel, because both
   * sides of its assignment are views of one array. CIFAR-10-C was made so, and so it is here.
   */
  static Operation glass(int severity) {
    double sigma = Corruption.pick(severity, 0.05, 0.25, 0.4, 0.25, 0.4);
    int passes = (int) Corruption.pick(severity, 1, 1, 1, 2, 2);
    GaussianBlur smooth = new GaussianBlur(sigma, TRUNCATE, Border.NEAREST);
    return (image, random) -> {
      Image smoothed = image.map(plane -> smooth.apply(plane).map(Image::truncated));
      int[] from = shuffled(image.height(), image.width(), passes, random);
      return smoothed.map(
          plane ->
              smooth.apply(
                  Plane.of(
                      plane.height(),
                      plane.width(),
                      (y, x) -> {
                        int source = from[y * plane.width() + x];
                        return plane.at(source / plane.width(), source % plane.width());
                      })));
    };
  }

  /** Where each pixel comes from when pixels copy a neighbor above, to the left, both or none. */
  private static int[] shuffled(int height, int width, int passes, RandomStream random) {
    int[] from = new int[height * width];
    for (int i = 0; i < from.length; i++) {
      from[i] = i;
    }
    for (int pass = 0; pass < passes; pass++) {
      for (int y = height - 1; y > 1; y--) {
        for (int x = width - 1; x > 1; x--) {
          int dx = random.nextInt(2) - 1;
          int dy = random.nextInt(2) - 1;
          from[y * width + x] = from[(y + dy) * width + x + dx];
        }
      }
    }
    return from;
  }

  /** A moving camera, within 45 degrees of the horizontal. */
  static Operation motion(int severity) {
    double radius = Corruption.pick(severity, 6, 6, 6, 8, 9);
    double sigma = Corruption.pick(severity, 1, 1.5, 2, 2, 2.5);
    return (image, random) -> {
      Kernel kernel = Kernel.motion(radius, sigma, 90 * random.nextDouble() - 45);
      return image.map(plane -> kernel.apply(plane).map(Image::rounded));
    };
  }

  /** A camera that moves towards its subject: the mean of the image and its enlarged centers. */
  static Operation zoom(int severity) {
    double[] factors = zoomFactors(severity);
    return (image, _) -> {
      List<CenterZoom> zooms = new ArrayList<>();
      for (double factor : factors) {
        zooms.add(new CenterZoom(image.height(), image.width(), factor));
      }
      return image.map(
          plane -> {
            Plane sum = plane;
            for (CenterZoom zoom : zooms) {
              sum = sum.with(zoom.apply(plane), Double::sum);
            }
            return sum.map(value -> value / (factors.length + 1));
          });
    };
  }

  /**
   * The factors 1, 1.01, ... that are averaged beside the image itself. The source asks for those
   * below 1.06, 1.11, 1.16, 1.21 and 1.26; in floating point the first two lists come out with
   * their end, so there are 7, 12, 16, 21 and 26.
   */
  static double[] zoomFactors(int severity) {
    double[] factors = new double[(int) Corruption.pick(severity, 7, 12, 16, 21, 26)];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = 1 + i * ZOOM_STEP;
    }
    return factors;
  }

  /** A Gaussian. */
  static Operation gaussian(int severity) {
    double sigma = Corruption.pick(severity, 0.4, 0.6, 0.7, 0.8, 1);
    GaussianBlur smooth = new GaussianBlur(sigma, TRUNCATE, Border.NEAREST);
    return (image, _) -> image.map(smooth::apply);
  }
}
