package dev.tributary.datasets.glyph;

/**
 * The affine map from a skeleton's unit box (x to the right, y down) to pixels.
 *
 * @param xx pixels to the right per unit of x
 * @param xy pixels to the right per unit of y
 * @param yx pixels down per unit of x
 * @param yy pixels down per unit of y
 * @param centerX where the middle of the box lies, pixels from the left edge
 * @param centerY where the middle of the box lies, pixels from the top edge
 */
public record Placement(
    double xx, double xy, double yx, double yy, double centerX, double centerY) {

  /**
   * A box of the given size, slanted, turned and put at a center.
   *
   * @param width pixels
   * @param height pixels
   * @param slant horizontal shift of the top against the bottom, as a part of the height; &gt; 0
   *     leans to the right
   * @param turn clockwise, in radians
   */
  public static Placement of(
      double width, double height, double slant, double turn, double centerX, double centerY) {
    double cos = StrictMath.cos(turn);
    double sin = StrictMath.sin(turn);
    double lean = -slant * height;
    return new Placement(
        cos * width,
        cos * lean - sin * height,
        sin * width,
        sin * lean + cos * height,
        centerX,
        centerY);
  }

  /** The same box moved by some pixels. */
  Placement shifted(double right, double down) {
    return new Placement(xx, xy, yx, yy, centerX + right, centerY + down);
  }

  double x(double u, double v) {
    return centerX + xx * (u - 0.5) + xy * (v - 0.5);
  }

  double y(double u, double v) {
    return centerY + yx * (u - 0.5) + yy * (v - 0.5);
  }
}
