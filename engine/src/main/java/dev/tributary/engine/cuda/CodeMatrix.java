package dev.tributary.engine.cuda;

import java.lang.foreign.MemorySegment;

/**
 * One operand of {@link CudaGemm}: signed bytes, row by row, in the host's memory. The arrays are
 * not copied.
 */
public final class CodeMatrix {
  private static final int MOST_WEIGHT = 7;

  private final MemorySegment codes;
  private final int rows;
  private final int columns;
  private final boolean sumsRows;
  private final byte[] weights;
  private final int qmax;
  private final double[] units;

  /**
   * Checks that the parts go together.
   *
   * @param codes rows x columns bytes, each in [-qmax, qmax]
   * @param rows &ge; 0
   * @param columns &ge; 0
   * @param sumsRows whether the product sums over rows rather than columns
   * @param weights w_k, the power of two that each term of a sum counts by, 0 to 7; empty: all 0
   * @param qmax the largest magnitude of a code, 1 to 127
   * @param units what a sum's unit is worth, for each index of the other axis, or one for all
   */
  public CodeMatrix(
      MemorySegment codes,
      int rows,
      int columns,
      boolean sumsRows,
      byte[] weights,
      int qmax,
      double[] units) {
    if (rows < 0 || columns < 0 || codes.byteSize() < (long) rows * columns) {
      throw new IllegalArgumentException(
          "%d codes do not make a matrix of %d x %d".formatted(codes.byteSize(), rows, columns));
    }
    if (qmax < 1 || qmax > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("codes must be at most 1 to 127, got " + qmax);
    }
    int terms = sumsRows ? rows : columns;
    int outer = sumsRows ? columns : rows;
    if (weights.length != 0 && weights.length != terms) {
      throw new IllegalArgumentException(
          "%d weights do not fit %d terms".formatted(weights.length, terms));
    }
    for (byte weight : weights) {
      if (weight < 0 || weight > MOST_WEIGHT) {
        throw new IllegalArgumentException(
            "a term's power of two must be 0 to %d, got %d".formatted(MOST_WEIGHT, weight));
      }
    }
    if (units.length != 1 && units.length != outer) {
      throw new IllegalArgumentException(
          "%d units do not fit %d outer indices".formatted(units.length, outer));
    }
    this.codes = codes.asSlice(0, (long) rows * columns);
    this.rows = rows;
    this.columns = columns;
    this.sumsRows = sumsRows;
    this.weights = weights;
    this.qmax = qmax;
    this.units = units;
  }

  /** rows x columns bytes, row by row. */
  MemorySegment codes() {
    return codes;
  }

  /** The distance of two rows. */
  int columns() {
    return columns;
  }

  /** Whether the product sums over rows. */
  boolean sumsRows() {
    return sumsRows;
  }

  /** The largest magnitude of a code. */
  int qmax() {
    return qmax;
  }

  /** What a sum's unit is worth: one for all, or one for each outer index. */
  double[] units() {
    return units;
  }

  /** The number of terms of a sum. */
  int terms() {
    return sumsRows ? rows : columns;
  }

  /** The number of sums. */
  int outer() {
    return sumsRows ? columns : rows;
  }

  /** The distance of two codes of neighbouring outer indices. */
  long outerStep() {
    return sumsRows ? 1 : columns;
  }

  /** The distance of two codes of neighbouring terms. */
  long termStep() {
    return sumsRows ? columns : 1;
  }

  /** w_k. */
  int weight(int k) {
    return weights.length == 0 ? 0 : weights[k];
  }
}
