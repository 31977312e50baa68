package dev.tributary.engine.integer;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** The same bits by C, for several elements at a time and by the threads of the caller. */
final class NativeLoops implements Loops {
  static final NativeLoops INSTANCE = new NativeLoops();

  private NativeLoops() {}

  @Override
  public void maxima(MemorySegment values, int rows, int columns, Axis axis, MemorySegment maxima) {
    NativeLibrary.maxima(axis, values, rows, columns, maxima);
  }

  @Override
  public int largest(MemorySegment values, long count) {
    return NativeLibrary.largest(values, count);
  }

  @Override
  public void codes(QuantizedMatrix matrix, MemorySegment codes) {
    try {
      NativeLibrary.quantize(matrix.descriptor(), codes);
    } finally {
      // The descriptor has mere addresses of the matrix's memory.
      Reference.reachabilityFence(matrix);
    }
  }

  @Override
  public int codesAndLargest(QuantizedMatrix matrix, MemorySegment codes) {
    try {
      return NativeLibrary.quantizeLargest(matrix.descriptor(), codes);
    } finally {
      Reference.reachabilityFence(matrix);
    }
  }

  @Override
  public void transpose(MemorySegment from, long count, long rows, long columns, MemorySegment to) {
    NativeLibrary.transpose(from, count, rows, columns, to);
  }
}
