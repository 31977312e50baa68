package dev.tributary.benchmarks.gemm;

import dev.tributary.engine.integer.Axis;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix product that is measured, {@code C = A B}.
 *
 * @param name what it is
 * @param m rows of C
 * @param n columns of C
 * @param k terms of a sum
 * @param left the axis of A's matrix in memory that the sum runs over
 * @param right the same of B
 * @param gradient whether A is a gradient: groups in the sum, and draws to round it
 */
record Product(String name, int m, int n, int k, Axis left, Axis right, boolean gradient) {
  private static final int BATCH = 32;

  /** 1024 cubed, and the products of a step of digit-cnn for 28x28 pixels and a batch of 32. */
  static List<Product> all() {
    List<Product> all = new ArrayList<>();
    all.add(new Product("1024x1024x1024", 1024, 1024, 1024, Axis.COLUMNS, Axis.ROWS, true));
    layer(all, "conv1", BATCH * 28 * 28, 3 * 25, 64, false);
    layer(all, "conv2", BATCH * 14 * 14, 64 * 25, 64, true);
    layer(all, "conv3", BATCH * 7 * 7, 64 * 25, 128, true);
    layer(all, "fc1", BATCH, 6272, 2048, true);
    layer(all, "fc2", BATCH, 2048, 512, true);
    return all;
  }

  /**
   * A layer with weights [outputs, inputs] and, as matrices, inputs X [positions, inputs] and
   * outputs Y [positions, outputs].
   */
  private static void layer(
      List<Product> all, String name, int positions, int inputs, int outputs, boolean dx) {
    // Y = X W'
    all.add(
        new Product(
            name + " forward", positions, outputs, inputs, Axis.COLUMNS, Axis.COLUMNS, false));
    if (dx) {
      // dX = dY W
      all.add(new Product(name + " dX", positions, inputs, outputs, Axis.COLUMNS, Axis.ROWS, true));
    }
    // dW = dY' X
    all.add(new Product(name + " dW", outputs, inputs, positions, Axis.ROWS, Axis.ROWS, true));
  }

  /** Multiplications and additions. */
  double operations() {
    return 2.0 * m * n * k;
  }

  /** Rows of A's matrix in memory. */
  int leftRows() {
    return left == Axis.ROWS ? k : m;
  }

  /** Rows of B's matrix in memory. */
  int rightRows() {
    return right == Axis.ROWS ? k : n;
  }
}
