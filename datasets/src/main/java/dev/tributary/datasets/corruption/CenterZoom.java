package dev.tributary.datasets.corruption;

/**
 * The center of a plane enlarged to the plane's size, bilinear.
 *
 * <p>Of an axis of n pixels the middle {@code ceil(n / factor)} are stretched to {@code
 * round(ceil(n / factor) factor)} so that first and last pixels keep their places at the ends, and
 * the middle n of these are taken.
 */
final class CenterZoom {
  private final Axis rows;
  private final Axis columns;

  /** For planes of this size and a factor &ge; 1. */
  CenterZoom(int height, int width, double factor) {
    this.rows = new Axis(height, factor);
    this.columns = new Axis(width, factor);
  }

  /** The enlarged center. */
  Plane apply(Plane plane) {
    return Plane.of(
        plane.height(),
        plane.width(),
        (y, x) -> {
          int y0 = rows.first[y];
          int y1 = rows.second[y];
          int x0 = columns.first[x];
          int x1 = columns.second[x];
          double right = columns.share[x];
          double upper = plane.at(y0, x0) + right * (plane.at(y0, x1) - plane.at(y0, x0));
          double lower = plane.at(y1, x0) + right * (plane.at(y1, x1) - plane.at(y1, x0));
          return upper + rows.share[y] * (lower - upper);
        });
  }

  /** Output i lies between pixels first[i] and second[i], at this share of the way. */
  private static final class Axis {
    private final int[] first;
    private final int[] second;
    private final double[] share;

    Axis(int n, double factor) {
      int cropped = (int) Math.ceil(n / factor);
      // Python's round, which the source uses, takes halves to the even number, as rint does.
      int stretched = (int) Math.rint(cropped * factor);
      int start = (n - cropped) / 2;
      int trim = (stretched - n) / 2;
      double step = stretched > 1 ? (cropped - 1.0) / (stretched - 1) : 0;
      this.first = new int[n];
      this.second = new int[n];
      this.share = new double[n];
      for (int i = 0; i < n; i++) {
        double place = Math.min((i + trim) * step, cropped - 1);
        int whole = (int) place;
        first[i] = start + whole;
        second[i] = start + Math.min(whole + 1, cropped - 1);
        share[i] = place - whole;
      }
    }
  }
}
