package dev.tributary.datasets.corruption;

/** A Gaussian filter, rows and columns one after the other, cut off and made to sum to 1. */
final class GaussianBlur {
  private final double[] weights;
  private final int reach;
  private final Border border;

  /**
   * The filter.
   *
   * @param sigma deviation in pixels; 0 leaves planes as they are
   * @param truncate where it is cut off, in deviations, rounded to whole pixels
   * @param border what lies outside
   */
  GaussianBlur(double sigma, double truncate, Border border) {
    this.reach = (int) (truncate * sigma + 0.5);
    this.border = border;
    this.weights = new double[2 * reach + 1];
    double sum = 0;
    for (int k = -reach; k <= reach; k++) {
      weights[reach + k] = k == 0 ? 1 : Kernel.bell(k, sigma);
      sum += weights[reach + k];
    }
    for (int k = 0; k < weights.length; k++) {
      weights[k] /= sum;
    }
  }

  /** The smoothed plane. */
  Plane apply(Plane plane) {
    if (reach == 0) {
      return plane;
    }
    int height = plane.height();
    int width = plane.width();
    int[] rows = places(height);
    int[] columns = places(width);
    Plane down =
        Plane.of(
            height,
            width,
            (y, x) -> {
              double sum = 0;
              for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * plane.at(rows[y + k], x);
              }
              return sum;
            });
    return Plane.of(
        height,
        width,
        (y, x) -> {
          double sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * down.at(y, columns[x + k]);
          }
          return sum;
        });
  }

  /** Which pixel stands for each place from -reach to n + reach - 1. */
  private int[] places(int n) {
    int[] places = new int[n + 2 * reach];
    for (int i = 0; i < places.length; i++) {
      places[i] = border.place(i - reach, n);
    }
    return places;
  }
}
