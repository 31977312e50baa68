package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** The definition, in Java. */
final class PlainLoops implements Loops {
  static final PlainLoops INSTANCE = new PlainLoops();

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
  public void codes(QuantizedMatrix matrix, MemorySegment codes) {
    int columns = matrix.columns();
    for (int i = 0; i < matrix.rows() * columns; i++) {
      float value = matrix.values().getAtIndex(JAVA_FLOAT, i);
      float factor = matrix.factor(i / columns, i % columns);
      codes.set(JAVA_BYTE, i, code(value * factor, matrix.rounding().addend(i), matrix.qmax()));
    }
  }

  /** The code of {@code v} scaled values. */
  static byte code(float v, float addend, int qmax) {
    return (byte) Math.clamp((long) Math.floor(v + addend), -qmax, qmax);
  }
}
