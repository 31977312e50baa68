package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;

/**
 * A map of the plane that keeps lines: where each pixel of the result is taken from, {@code source
 * = (ax + by + c, dx + ey + f)}, bilinear, border {@link Border#REFLECT_101}.
 */
final class AffineMap {
  private final double[] toX;
  private final double[] toY;

  private AffineMap(double[] toX, double[] toY) {
    this.toX = toX;
    this.toY = toY;
  }

  /**
   * The map that takes three points about the center, a third of the shorter side from it along
   * both axes, to where they are after each coordinate moved by U(-reach, reach) pixels.
   */
  static AffineMap draw(int height, int width, double reach, RandomStream random) {
    int centerX = width / 2;
    int centerY = height / 2;
    int arm = Math.max(1, Math.min(height, width) / 3);
    double[] x = {centerX + arm, centerX + arm, centerX - arm};
    double[] y = {centerY + arm, centerY - arm, centerY - arm};
    double[] movedX = new double[3];
    double[] movedY = new double[3];
    for (int i = 0; i < 3; i++) {
      movedX[i] = x[i] + reach * (2 * random.nextDouble() - 1);
      movedY[i] = y[i] + reach * (2 * random.nextDouble() - 1);
    }
    // Backwards: pixels of the result are asked where they come from.
    return new AffineMap(through(movedX, movedY, x), through(movedX, movedY, y));
  }

  /** The coefficients of the plane through three values over three points, by Cramer's rule. */
  private static double[] through(double[] x, double[] y, double[] value) {
    double x1 = x[1] - x[0];
    double x2 = x[2] - x[0];
    double y1 = y[1] - y[0];
    double y2 = y[2] - y[0];
    double v1 = value[1] - value[0];
    double v2 = value[2] - value[0];
    double determinant = x1 * y2 - x2 * y1;
    double a = (v1 * y2 - v2 * y1) / determinant;
    double b = (x1 * v2 - x2 * v1) / determinant;
    return new double[] {a, b, value[0] - a * x[0] - b * y[0]};
  }

  /** The mapped image. */
  Image apply(Image image) {
    return image.map(
        plane ->
            Plane.of(
                plane.height(),
                plane.width(),
                (y, x) ->
                    plane.between(
                        toY[0] * x + toY[1] * y + toY[2],
                        toX[0] * x + toX[1] * y + toX[2],
                        Border.REFLECT_101)));
  }
}
