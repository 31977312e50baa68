package dev.tributary.datasets.corruption;

/**
 * Resizing of 8-bit levels by the box filter of the Python Imaging Library: an output pixel is the
 * mean of the source pixels whose centers lie in its box, columns first and rounded to 8 bits
 * between the axes; where an axis grows, the nearest pixel.
 */
final class BoxResize {
  private BoxResize() {}

  /** The plane at another size, of at least 1 x 1; numbers are whole levels before and after. */
  static Plane apply(Plane plane, int height, int width) {
    int[][] columns = boxes(plane.width(), width);
    int[][] rows = boxes(plane.height(), height);
    Plane narrow =
        Plane.of(
            plane.height(),
            width,
            (y, x) -> {
              double sum = 0;
              for (int at = columns[x][0]; at < columns[x][1]; at++) {
                sum += plane.at(y, at);
              }
              return Image.rounded(sum / (columns[x][1] - columns[x][0]));
            });
    return Plane.of(
        height,
        width,
        (y, x) -> {
          double sum = 0;
          for (int at = rows[y][0]; at < rows[y][1]; at++) {
            sum += narrow.at(at, x);
          }
          return Image.rounded(sum / (rows[y][1] - rows[y][0]));
        });
  }

  /** First pixel and the one after the last of each box. */
  private static int[][] boxes(int inputs, int outputs) {
    int[][] boxes = new int[outputs][];
    double scale = (double) inputs / outputs;
    double radius = 0.5 * Math.max(scale, 1);
    for (int i = 0; i < outputs; i++) {
      double center = (i + 0.5) * scale;
      int first = Math.max(0, (int) (center - radius + 0.5));
      int end = Math.min(inputs, (int) (center + radius + 0.5));
      boxes[i] = new int[] {first, end};
    }
    return boxes;
  }
}
