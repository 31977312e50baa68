package dev.tributary.datasets.format;

import dev.tributary.engine.tensor.Shape;

/** The unsigned bytes of an IDX file and their shape, outermost axis first; immutable. */
public final class IdxArray {
  private final Shape shape;
  private final byte[] bytes;

  IdxArray(Shape shape, byte[] bytes) {
    this.shape = shape;
    this.bytes = bytes;
  }

  /** The lengths of the axes, 1 to 4 of them. */
  public Shape shape() {
    return shape;
  }

  /** The value at a place of the array seen as one row, 0 to 255. */
  public int at(int index) {
    return bytes[index] & 0xFF;
  }

  /** The bytes themselves, for readers of this package, who do not write to them. */
  byte[] bytes() {
    return bytes;
  }
}
