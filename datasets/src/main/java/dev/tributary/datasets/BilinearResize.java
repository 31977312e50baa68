package dev.tributary.datasets;

/**
 * Bilinear resizing of 8-bit planes by the convention of the Python Imaging Library, which FedBN's
 * preparation uses: pixel centers at half-integers; where an axis shrinks, the triangle kernel is
 * widened by the factor, so every source pixel counts (antialiasing); at the border the kernel is
 * cut and renormalized.
 *
 * <p>Like there, columns are resized first and the result rounded to 8 bits before the rows, with
 * weights in fixed point of 22 fraction bits. So results are integers that do not depend on the
 * machine.
 */
public final class BilinearResize {
  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private final int height;
  private final int width;
  private final Axis rows;
  private final Axis columns;

  /** From [height, width] to [newHeight, newWidth], all &ge; 1. */
  public BilinearResize(int height, int width, int newHeight, int newWidth) {
    if (newHeight < 1 || newWidth < 1) {
      throw new IllegalArgumentException(
          "an image must be resized to at least 1 x 1, got " + newHeight + " x " + newWidth);
    }
    this.height = height;
    this.width = width;
    this.rows = new Axis(height, newHeight);
    this.columns = new Axis(width, newWidth);
  }

  /**
   * Resizes {@code count} planes that lie one after the other.
   *
   * @param pixels [count, height, width], unsigned bytes
   * @return [count, newHeight, newWidth]
   */
  public byte[] planes(byte[] pixels, int count) {
    byte[] result = new byte[Math.multiplyExact(count, rows.outputs * columns.outputs)];
    byte[] narrow = new byte[height * columns.outputs];
    for (int plane = 0; plane < count; plane++) {
      int from = plane * height * width;
      for (int y = 0; y < height; y++) {
        columns.apply(pixels, from + y * width, 1, narrow, y * columns.outputs, 1);
      }
      int to = plane * rows.outputs * columns.outputs;
      for (int x = 0; x < columns.outputs; x++) {
        rows.apply(narrow, x, columns.outputs, result, to + x, columns.outputs);
      }
    }
    return result;
  }

  /** The weights of one axis: output i is the weighted sum of inputs first[i], first[i]+1, ... */
  private static final class Axis {
    private final int outputs;
    private final int[] first;
    private final int[][] weights;

    Axis(int inputs, int outputs) {
      this.outputs = outputs;
      this.first = new int[outputs];
      this.weights = new int[outputs][];
      double scale = (double) inputs / outputs;
      double radius = Math.max(scale, 1);
      for (int i = 0; i < outputs; i++) {
        double center = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) (center - radius + 0.5));
        int end = Math.min(inputs, (int) (center + radius + 0.5));
        double[] exact = new double[end - first[i]];
        double sum = 0;
        for (int k = 0; k < exact.length; k++) {
          double distance = Math.abs((first[i] + k - center + 0.5) / radius);
          exact[k] = Math.max(0, 1 - distance);
          sum += exact[k];
        }
        weights[i] = new int[exact.length];
        for (int k = 0; k < exact.length; k++) {
          weights[i][k] = (int) (exact[k] / sum * (1 << FRACTION_BITS) + 0.5);
        }
      }
    }

    void apply(byte[] source, int from, int sourceStep, byte[] target, int to, int targetStep) {
      for (int i = 0; i < outputs; i++) {
        int[] weight = weights[i];
        int sum = HALF;
        int at = from + first[i] * sourceStep;
        for (int w : weight) {
          sum += (source[at] & 0xFF) * w;
          at += sourceStep;
        }
        target[to + i * targetStep] = (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
      }
    }
  }
}
