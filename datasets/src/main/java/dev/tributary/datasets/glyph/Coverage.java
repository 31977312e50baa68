package dev.tributary.datasets.glyph;

/**
 * How much of each pixel ink covers, in [0, 1], [height, width].
 *
 * <p>A line covers a pixel by the signed distance from the pixel's center to the line's border:
 * fully half a pixel inside, not at all half a pixel outside, linearly between. Only the four basic
 * operations and square roots are used, which Java defines to the bit.
 */
public final class Coverage {
  private final int height;
  private final int width;
  private final double[] ink;

  /** A blank sheet. */
  public Coverage(int height, int width) {
    this.height = height;
    this.width = width;
    this.ink = new double[height * width];
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The part of a pixel that is covered, in [0, 1]. */
  public double at(int row, int column) {
    return ink[row * width + column];
  }

  /**
   * Draws lines; where they overlap the greater coverage stays. Parts outside the sheet are cut
   * off.
   */
  public void draw(Iterable<Polyline> lines) {
    for (Polyline line : lines) {
      for (int i = 0; i + 1 < line.size(); i++) {
        drawPiece(line, i, i + 1);
      }
    }
  }

  private void drawPiece(Polyline line, int a, int b) {
    double ax = line.x[a];
    double ay = line.y[a];
    double dx = line.x[b] - ax;
    double dy = line.y[b] - ay;
    double lengthSquared = dx * dx + dy * dy;
    double reach = Math.max(line.radius[a], line.radius[b]) + 0.5;
    int top = Math.max(0, (int) Math.floor(Math.min(ay, ay + dy) - reach));
    int bottom = Math.min(height - 1, (int) Math.floor(Math.max(ay, ay + dy) + reach));
    int left = Math.max(0, (int) Math.floor(Math.min(ax, ax + dx) - reach));
    int right = Math.min(width - 1, (int) Math.floor(Math.max(ax, ax + dx) + reach));
    for (int row = top; row <= bottom; row++) {
      double py = row + 0.5 - ay;
      for (int column = left; column <= right; column++) {
        double px = column + 0.5 - ax;
        double along =
            lengthSquared == 0 ? 0 : Math.clamp((px * dx + py * dy) / lengthSquared, 0.0, 1.0);
        double ox = px - along * dx;
        double oy = py - along * dy;
        double radius = line.radius[a] + along * (line.radius[b] - line.radius[a]);
        double covered = Math.clamp(0.5 + radius - Math.sqrt(ox * ox + oy * oy), 0.0, 1.0);
        int pixel = row * width + column;
        ink[pixel] = Math.max(ink[pixel], covered);
      }
    }
  }

  /**
   * Weakens the ink in patches, as worn type or an empty cartridge does.
   *
   * @param clouds where
   * @param loss part of the ink lost in the middle of a patch, in [0, 1]
   */
  void fade(Clouds clouds, double loss) {
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double patch = Clouds.step(clouds.at(row * 0.22, column * 0.22), 0.35, 0.65);
        ink[row * width + column] *= 1 - loss * patch;
      }
    }
  }

  /**
   * The sheet at another size, bilinear between pixel centers, edges repeated; both sides at least
   * 2.
   */
  Coverage stretched(int newHeight, int newWidth) {
    Coverage result = new Coverage(newHeight, newWidth);
    for (int row = 0; row < newHeight; row++) {
      double v = Math.clamp((row + 0.5) * height / newHeight - 0.5, 0.0, height - 1.0);
      int top = Math.min((int) v, height - 2);
      double fy = v - top;
      for (int column = 0; column < newWidth; column++) {
        double u = Math.clamp((column + 0.5) * width / newWidth - 0.5, 0.0, width - 1.0);
        int left = Math.min((int) u, width - 2);
        double fx = u - left;
        double upper = at(top, left) * (1 - fx) + at(top, left + 1) * fx;
        double lower = at(top + 1, left) * (1 - fx) + at(top + 1, left + 1) * fx;
        result.ink[row * newWidth + column] = upper * (1 - fy) + lower * fy;
      }
    }
    return result;
  }
}
