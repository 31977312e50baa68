package dev.tributary.datasets.corruption;

/**
 * The discrete cosine transform of 8 x 8 blocks, its coefficients rounded to multiples of given
 * steps, and back. Where a block reaches over the border, border pixels are repeated.
 */
final class CosineBlocks {
  private static final int SIDE = 8;
  private static final int AREA = SIDE * SIDE;

  /** {@code BASIS[u][x]}: orthonormal, so that the inverse is the transpose. */
  private static final double[][] BASIS = basis();

  private final int[] steps;

  /** Blocks with these steps, [8, 8] from low to high vertical frequency, each &ge; 1. */
  CosineBlocks(int[] steps) {
    this.steps = steps.clone();
  }

  private static double[][] basis() {
    double[][] basis = new double[SIDE][SIDE];
    for (int u = 0; u < SIDE; u++) {
      for (int x = 0; x < SIDE; x++) {
        basis[u][x] =
            (u == 0 ? StrictMath.sqrt(0.125) : 0.5)
                * StrictMath.cos((2 * x + 1) * u * Math.PI / (2 * SIDE));
      }
    }
    return basis;
  }

  /** A plane of levels in [0, 255] as it comes back, whole levels again. */
  Plane thereAndBack(Plane levels) {
    int height = levels.height();
    int width = levels.width();
    double[] result = new double[height * width];
    double[] block = new double[AREA];
    double[] scratch = new double[AREA];
    for (int top = 0; top < height; top += SIDE) {
      for (int left = 0; left < width; left += SIDE) {
        for (int i = 0; i < AREA; i++) {
          int y = Math.min(top + i / SIDE, height - 1);
          int x = Math.min(left + i % SIDE, width - 1);
          block[i] = levels.at(y, x) - 128;
        }
        roundTrip(block, scratch);
        for (int i = 0; i < AREA; i++) {
          int y = top + i / SIDE;
          int x = left + i % SIDE;
          if (y < height && x < width) {
            result[y * width + x] = Math.clamp(Math.rint(block[i] + 128), 0, 255);
          }
        }
      }
    }
    return Plane.of(height, width, (y, x) -> result[y * width + x]);
  }

  /** Overwrites the block by what is left of it. */
  private void roundTrip(double[] block, double[] scratch) {
    transform(block, scratch, false);
    for (int i = 0; i < AREA; i++) {
      block[i] = nearest(block[i], steps[i]);
    }
    transform(block, scratch, true);
  }

  /**
   * The nearest multiple of a step, halves away from 0. As in libjpeg the coefficient is first
   * rounded to eighths; halves are common then, above all in a block's mean.
   */
  private static double nearest(double coefficient, int step) {
    double eighths = Math.rint(Math.abs(coefficient) * 8);
    return Math.copySign(Math.floor((eighths + 4 * step) / (8 * step)) * step, coefficient);
  }

  /** Both axes, one after the other, each time from the rows of one into the columns of another. */
  private static void transform(double[] block, double[] scratch, boolean inverse) {
    rowsToColumns(block, scratch, inverse);
    rowsToColumns(scratch, block, inverse);
  }

  private static void rowsToColumns(double[] from, double[] to, boolean inverse) {
    for (int row = 0; row < SIDE; row++) {
      for (int k = 0; k < SIDE; k++) {
        double sum = 0;
        for (int j = 0; j < SIDE; j++) {
          sum += from[row * SIDE + j] * (inverse ? BASIS[j][k] : BASIS[k][j]);
        }
        to[k * SIDE + row] = sum;
      }
    }
  }
}
