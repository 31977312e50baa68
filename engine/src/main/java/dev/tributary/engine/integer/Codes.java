package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** From codes back to the numbers that they stand for. For one thread. */
public final class Codes {
  private final Floats numbers = new Floats();

  /**
   * {@code to = codes scale} in float32, in the order of the codes.
   *
   * @param codes a byte each, native memory, at least as many as {@code to} has elements
   * @param scale of all of them
   * @param to float32, written
   */
  public void values(MemorySegment codes, double scale, Tensor to) {
    if (to.isDouble() || codes.byteSize() < to.size()) {
      throw new IllegalArgumentException(
          "cannot write %d codes to %s as float32".formatted(codes.byteSize(), to));
    }
    MemorySegment room = numbers.room(to);
    if (NativeLibrary.available()) {
      NativeLibrary.values(codes, to.size(), (float) scale, room);
    } else {
      plain(codes, to.size(), (float) scale, room);
    }
    numbers.give(to);
  }

  /** The definition, in Java. */
  static void plain(MemorySegment codes, long count, float scale, MemorySegment to) {
    for (long i = 0; i < count; i++) {
      to.setAtIndex(JAVA_FLOAT, i, codes.get(JAVA_BYTE, i) * scale);
    }
  }
}
