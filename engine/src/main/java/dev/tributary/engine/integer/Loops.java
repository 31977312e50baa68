package dev.tributary.engine.integer;

import java.lang.foreign.MemorySegment;

/** The passes over a tensor's elements that quantising takes, by C where that is there. */
interface Loops {
  /** The best of this machine. */
  static Loops fastest() {
    return NativeLibrary.available() ? NativeLoops.INSTANCE : PlainLoops.INSTANCE;
  }

  /**
   * The bits of the largest magnitude of each index of {@code axis}. Magnitudes compare as their
   * bits do; a NaN or an infinity gives bits of at least those of infinity.
   *
   * @param maxima written, as 32-bit integers
   */
  void maxima(MemorySegment values, int rows, int columns, Axis axis, MemorySegment maxima);

  /** The bits of the largest magnitude of {@code count} values, as above. */
  int largest(MemorySegment values, long count);

  /** Writes all codes of a matrix whose values, factors and rounding are set. */
  void codes(QuantizedMatrix matrix, MemorySegment codes);

  /**
   * The same for a matrix of floats with one factor; the bits of the largest magnitude of its
   * values.
   */
  int codesAndLargest(QuantizedMatrix matrix, MemorySegment codes);

  /** Turns {@code count} matrices of rows x columns floats: to[column][row] = from[row][column]. */
  void transpose(MemorySegment from, long count, long rows, long columns, MemorySegment to);
}
