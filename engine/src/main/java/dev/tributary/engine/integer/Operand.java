package dev.tributary.engine.integer;

import java.lang.foreign.MemorySegment;

/**
 * A matrix of codes in a product that sums over one of its axes. Made by {@link
 * QuantizedMatrix#over}; it sees what the matrix holds now.
 */
public final class Operand {
  private final QuantizedMatrix matrix;
  private final Axis reduction;
  private final MemorySegment descriptor;

  Operand(QuantizedMatrix matrix, Axis reduction) {
    this.matrix = matrix;
    this.reduction = reduction;
    this.descriptor = Descriptor.allocate();
  }

  /** Tells C what the matrix holds now. */
  void describe() {
    Descriptor.write(descriptor, matrix, reduction == Axis.ROWS);
  }

  /** The codes and their scales. */
  public QuantizedMatrix matrix() {
    return matrix;
  }

  /** The axis that the product sums over. */
  public Axis reduction() {
    return reduction;
  }

  /** The number of terms of a sum. */
  public int terms() {
    return reduction.length(matrix.rows(), matrix.columns());
  }

  /** The number of sums: rows of a product's left operand, columns of its right one. */
  public int outer() {
    return reduction.other().length(matrix.rows(), matrix.columns());
  }

  /** The code of outer index {@code i} at term {@code k}. */
  public int code(int i, int k) {
    return reduction == Axis.COLUMNS ? matrix.code(i, k) : matrix.code(k, i);
  }

  /**
   * The code times its group's power of two, {@code q << (G - 1 - e_k)}: terms of one operand that
   * have all the same scale.
   */
  public int weighted(int i, int k) {
    return code(i, k) << (matrix.groups() - 1 - matrix.exponent(k));
  }

  /** The largest magnitude of {@link #weighted}. */
  int most() {
    return matrix.qmax() << (matrix.groups() - 1);
  }

  /** What {@link #weighted} of outer index {@code i} is worth: {@code s_0 2^-(G-1)}. */
  double unit(int i) {
    return matrix.scale(matrix.scales() > 1 ? i : 0) / (1 << (matrix.groups() - 1));
  }

  MemorySegment descriptor() {
    return descriptor;
  }
}
