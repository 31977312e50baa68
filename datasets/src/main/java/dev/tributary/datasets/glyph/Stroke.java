package dev.tributary.datasets.glyph;

import dev.tributary.engine.random.RandomStream;

/**
 * One movement of the pen: a smooth curve through control points, sharp where a point is a corner.
 */
final class Stroke {
  /** Straight pieces per span between two control points. */
  private static final int PIECES = 6;

  private final double[] x;
  private final double[] y;
  private final boolean[] corner;
  private final boolean closed;

  private Stroke(double[] x, double[] y, boolean[] corner, boolean closed) {
    this.x = x;
    this.y = y;
    this.corner = corner;
    this.closed = closed;
  }

  /**
   * Reads a stroke as it is written in the tables: points "x y" in hundredths of the box, separated
   * by commas; "!" after a point makes a corner, a last element "o" closes the curve. For example
   * {@code "50 0!, 50 100!"} is a vertical line.
   */
  static Stroke parse(String text) {
    String[] parts = text.split(",");
    boolean closed = parts[parts.length - 1].strip().equals("o");
    int count = closed ? parts.length - 1 : parts.length;
    double[] x = new double[count];
    double[] y = new double[count];
    boolean[] corner = new boolean[count];
    for (int i = 0; i < count; i++) {
      String point = parts[i].strip();
      corner[i] = point.endsWith("!");
      String[] pair = (corner[i] ? point.substring(0, point.length() - 1) : point).split(" ");
      if (pair.length != 2) {
        throw new IllegalArgumentException(
            "a point of a stroke must be \"x y\" or \"x y!\", got \"" + point + "\"");
      }
      x[i] = Integer.parseInt(pair[0]) / 100.0;
      y[i] = Integer.parseInt(pair[1]) / 100.0;
    }
    return new Stroke(x, y, corner, closed);
  }

  /** The stroke turned by half a circle inside its box. */
  Stroke turned() {
    double[] turnedX = new double[x.length];
    double[] turnedY = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      turnedX[i] = 1 - x[i];
      turnedY[i] = 1 - y[i];
    }
    return new Stroke(turnedX, turnedY, corner, closed);
  }

  /**
   * The stroke with every control point moved by normal noise of this deviation, in units of the
   * box.
   */
  Stroke jittered(RandomStream random, double deviation) {
    double[] movedX = new double[x.length];
    double[] movedY = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      movedX[i] = x[i] + deviation * random.nextGaussian();
      movedY[i] = y[i] + deviation * random.nextGaussian();
    }
    return new Stroke(movedX, movedY, corner, closed);
  }

  /** The stroke as straight pieces: a Catmull-Rom curve that stops and starts afresh at corners. */
  Polyline flatten() {
    int spans = closed ? x.length : x.length - 1;
    double[] flatX = new double[spans * PIECES + 1];
    double[] flatY = new double[spans * PIECES + 1];
    for (int span = 0; span < spans; span++) {
      int from = span;
      int to = next(span);
      int before = corner[from] ? from : previous(from);
      int after = corner[to] ? to : next(to);
      for (int piece = 0; piece < PIECES; piece++) {
        double t = (double) piece / PIECES;
        flatX[span * PIECES + piece] = between(x[before], x[from], x[to], x[after], t);
        flatY[span * PIECES + piece] = between(y[before], y[from], y[to], y[after], t);
      }
    }
    int last = closed ? 0 : x.length - 1;
    flatX[spans * PIECES] = x[last];
    flatY[spans * PIECES] = y[last];
    return new Polyline(flatX, flatY);
  }

  private int next(int point) {
    return closed ? (point + 1) % x.length : Math.min(point + 1, x.length - 1);
  }

  private int previous(int point) {
    return closed ? (point + x.length - 1) % x.length : Math.max(point - 1, 0);
  }

  private static double between(double before, double from, double to, double after, double t) {
    double out = (to - before) / 2;
    double in = (after - from) / 2;
    double t2 = t * t;
    double t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * from
        + (t3 - 2 * t2 + t) * out
        + (3 * t2 - 2 * t3) * to
        + (t3 - t2) * in;
  }
}
