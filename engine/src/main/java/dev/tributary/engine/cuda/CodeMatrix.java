package dev.tributary.engine.cuda;

import java.lang.foreign.MemorySegment;

/**
 * One operand of {@link CudaGemm}: signed bytes, row by row, in the host's memory, or patches that
 * are read off an image of them. The arrays are not copied.
 */
public final class CodeMatrix {
  private static final int MOST_WEIGHT = 7;

  /** The fields of {@code tributary_patches} in integer_gemm.cu. */
  private static final int PATCH_FIELDS = 14;

  private final MemorySegment codes;
  private final long[] patches;
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
    this(codes, new long[0], rows, columns, sumsRows, weights, qmax, units);
  }

  /**
   * Patches of an image, of which only the image goes to the GPU.
   *
   * @param image its codes, [sample][y][x][channel], each in [-qmax, qmax]
   * @param structure what patches there are, as {@code tributary_patches} in integer_gemm.cu has
   *     it; the first field is not read
   * @param rows the patches
   * @param columns of each
   */
  public static CodeMatrix patches(
      MemorySegment image,
      long[] structure,
      int rows,
      int columns,
      boolean sumsRows,
      byte[] weights,
      int qmax,
      double[] units) {
    if (structure.length != PATCH_FIELDS) {
      throw new IllegalArgumentException(
          "patches have %d fields, got %d".formatted(PATCH_FIELDS, structure.length));
    }
    return new CodeMatrix(image, structure, rows, columns, sumsRows, weights, qmax, units);
  }

  private CodeMatrix(
      MemorySegment codes,
      long[] patches,
      int rows,
      int columns,
      boolean sumsRows,
      byte[] weights,
      int qmax,
      double[] units) {
    long bytes = bytes(patches, rows, columns);
    if (rows < 0 || columns < 0 || codes.byteSize() < bytes) {
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
    this.codes = codes.asSlice(0, bytes);
    this.patches = patches;
    this.rows = rows;
    this.columns = columns;
    this.sumsRows = sumsRows;
    this.weights = weights;
    this.qmax = qmax;
    this.units = units;
  }

  /** The codes that there must be. */
  private static long bytes(long[] patches, int rows, int columns) {
    if (patches.length == 0) {
      return (long) rows * columns;
    }
    long image = patches[1] * patches[2] * patches[3];
    return rows / (patches[4] * patches[5]) * image;
  }

  /** rows x columns bytes, row by row, or those of the image. */
  MemorySegment codes() {
    return codes;
  }

  /** What patches there are, for an image at this address; empty for a plain matrix. */
  long[] patchesOf(long image) {
    long[] structure = patches.clone();
    if (structure.length > 0) {
      structure[0] = image;
    }
    return structure;
  }

  /** The bytes of {@link #patchesOf}. */
  long patchBytes() {
    return (long) Long.BYTES * patches.length;
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

  /** w_k. */
  int weight(int k) {
    return weights.length == 0 ? 0 : weights[k];
  }
}
