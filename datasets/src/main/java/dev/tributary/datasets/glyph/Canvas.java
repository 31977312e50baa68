package dev.tributary.datasets.glyph;

import dev.tributary.engine.random.RandomStream;
import java.util.Arrays;

/** A color picture being made: [3, side, side] in [0, 1] (values outside are cut at the end). */
final class Canvas {
  /** Rows and columns of a picture. */
  static final int SIDE = 28;

  /** Red, green, blue. */
  static final int CHANNELS = 3;

  /** The deviation of the sum of four uniform draws from [0, 65536). */
  private static final double FOUR_UNIFORMS = 65536 / Math.sqrt(3);

  private final double[][] planes = new double[CHANNELS][SIDE * SIDE];

  double get(int channel, int row, int column) {
    return planes[channel][row * SIDE + column];
  }

  void set(int channel, int row, int column, double value) {
    planes[channel][row * SIDE + column] = value;
  }

  /** Fills with one color. */
  void fill(double[] color) {
    for (int c = 0; c < CHANNELS; c++) {
      Arrays.fill(planes[c], color[c]);
    }
  }

  /** Lays color over the picture where there is ink. */
  void paint(Coverage ink, double[] color, double opacity) {
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double cover = opacity * ink.at(row, column);
        for (int c = 0; c < CHANNELS; c++) {
          double under = get(c, row, column);
          set(c, row, column, under + cover * (color[c] - under));
        }
      }
    }
  }

  /**
   * Replaces each value by its distance from the ink: the picture is inverted under the strokes.
   */
  void difference(Coverage ink) {
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        for (int c = 0; c < CHANNELS; c++) {
          set(c, row, column, Math.abs(get(c, row, column) - ink.at(row, column)));
        }
      }
    }
  }

  /**
   * Multiplies by a plane of light that changes by {@code right} and {@code down} across the
   * picture.
   */
  void illuminate(double right, double down) {
    for (int row = 0; row < SIDE; row++) {
      double v = (row + 0.5) / SIDE - 0.5;
      for (int column = 0; column < SIDE; column++) {
        double u = (column + 0.5) / SIDE - 0.5;
        for (int c = 0; c < CHANNELS; c++) {
          set(c, row, column, get(c, row, column) * (1 + right * u + down * v));
        }
      }
    }
  }

  /**
   * Blurs with the kernel [side, 1 - 2 side, side] along rows and columns, edges repeated.
   *
   * @param side in [0, 1/3]
   */
  void blur(double side) {
    for (double[] plane : planes) {
      for (int i = 0; i < SIDE; i++) {
        blurLine(plane, i * SIDE, 1, side);
      }
      for (int i = 0; i < SIDE; i++) {
        blurLine(plane, i, SIDE, side);
      }
    }
  }

  private static void blurLine(double[] plane, int from, int step, double side) {
    double before = plane[from];
    for (int i = 0; i < SIDE; i++) {
      int place = from + i * step;
      double here = plane[place];
      double after = i + 1 < SIDE ? plane[place + step] : here;
      plane[place] = here + side * (before - 2 * here + after);
      before = here;
    }
  }

  /**
   * Adds the same noise to all channels: nearly normal (a sum of four uniforms), of this deviation.
   */
  void grain(RandomStream random, double deviation) {
    for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
      long draw = random.nextLong();
      long sum = (draw & 0xFFFF) + (draw >>> 16 & 0xFFFF) + (draw >>> 32 & 0xFFFF) + (draw >>> 48);
      double noise = deviation * (sum - 2 * 65535.0) / FOUR_UNIFORMS;
      for (double[] plane : planes) {
        plane[pixel] += noise;
      }
    }
  }

  /** Writes the picture as CHANNELS * SIDE * SIDE unsigned bytes, planar, rounded half up. */
  void write(byte[] target, int offset) {
    int at = offset;
    for (double[] plane : planes) {
      for (double value : plane) {
        target[at++] = (byte) (int) (Math.clamp(value, 0.0, 1.0) * 255 + 0.5);
      }
    }
  }
}
