package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** The definition, in Java. */
final class PlainLoops implements Loops {
  static final PlainLoops INSTANCE = new PlainLoops();
  private static final int MAGIC = Float.floatToRawIntBits(0x1.8p23f);

  private PlainLoops() {}

  @Override
  public void maxima(MemorySegment values, int rows, int columns, Axis axis, MemorySegment maxima) {
    maxima.asSlice(0, (long) Integer.BYTES * axis.length(rows, columns)).fill((byte) 0);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int bits = values.getAtIndex(JAVA_INT, (long) r * columns + c) & Integer.MAX_VALUE;
        int at = axis == Axis.ROWS ? r : c;
        maxima.setAtIndex(JAVA_INT, at, Math.max(maxima.getAtIndex(JAVA_INT, at), bits));
      }
    }
  }

  @Override
  public int largest(MemorySegment values, long count) {
    int most = 0;
    for (long i = 0; i < count; i++) {
      most = Math.max(most, values.getAtIndex(JAVA_INT, i) & Integer.MAX_VALUE);
    }
    return most;
  }

  @Override
  public void codes(QuantizedMatrix matrix, MemorySegment codes) {
    Patches patches = matrix.patches();
    if (patches != null) {
      patches.write(matrix.values(), codes);
      return;
    }
    int columns = matrix.columns();
    for (int i = 0; i < matrix.rows() * columns; i++) {
      float value = matrix.values().getAtIndex(JAVA_FLOAT, i);
      float factor = matrix.scaling().factor(matrix, i / columns, i % columns);
      codes.set(JAVA_BYTE, i, code(value * factor, matrix.rounding().addend(i)));
    }
  }

  @Override
  public int codesAndLargest(QuantizedMatrix matrix, MemorySegment codes) {
    codes(matrix, codes);
    return largest(matrix.values(), (long) matrix.rows() * matrix.columns());
  }

  @Override
  public void transpose(MemorySegment from, long count, long rows, long columns, MemorySegment to) {
    for (long m = 0; m < count; m++) {
      long base = m * rows * columns;
      for (long i = 0; i < rows * columns; i++) {
        long at = base + i % columns * rows + i / columns;
        to.setAtIndex(JAVA_FLOAT, at, from.getAtIndex(JAVA_FLOAT, base + i));
      }
    }
  }

  /**
   * {@code floor(v + u)}. Adding 1.5 * 2^23 to v in steps of the grid rounds it to a whole number
   * that stands in the float's low bits. No code leaves [-qmax, qmax]: rounding in the factor and
   * the product moves v by at most 127 * 2^-23, less than half a step of the grid.
   *
   * @param v the value in units of its scale, |v| at most 127 (1 + 2^-23)
   * @param u in steps of the grid, 0 to 2^15 - 1
   */
  static byte code(float v, int u) {
    int steps = Float.floatToRawIntBits(v * 0x1p15f + 0x1.8p23f) - MAGIC;
    return (byte) ((steps + u) >> 15);
  }
}
