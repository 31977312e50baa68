package dev.tributary.datasets.format;

import dev.tributary.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An array of NumPy's, in C order (last axis fastest); immutable. */
public final class NpyArray {

  /** The element types that are read. */
  public enum Type {
    /** Unsigned 8-bit. */
    U8("|u1", 1),
    /** Signed 32-bit, little-endian. */
    I32("<i4", 4),
    /** Signed 64-bit, little-endian. */
    I64("<i8", 8),
    /** IEEE 754 32-bit, little-endian. */
    F32("<f4", 4);

    private final String descriptor;
    private final int bytes;

    Type(String descriptor, int bytes) {
      this.descriptor = descriptor;
      this.bytes = bytes;
    }

    /** NumPy's name of the type, such as {@code <f4}. */
    public String descriptor() {
      return descriptor;
    }

    /** Bytes of one element. */
    public int bytes() {
      return bytes;
    }
  }

  private final Type type;
  private final Shape shape;
  private final byte[] data;

  NpyArray(Type type, Shape shape, byte[] data) {
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /** The element type. */
  public Type type() {
    return type;
  }

  /** The lengths of the axes; rank 0 for a scalar. */
  public Shape shape() {
    return shape;
  }

  /**
   * All elements of a U8 array; a copy.
   *
   * @throws IllegalStateException when the type is another
   */
  public byte[] toBytes() {
    if (type != Type.U8) {
      throw new IllegalStateException("only a u1 array has bytes, this one is " + type.descriptor);
    }
    return data.clone();
  }

  /**
   * All elements of an integer array.
   *
   * @throws IllegalStateException when the elements are not integers
   */
  public long[] toLongs() {
    long[] values = new long[shape.size()];
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case U8 -> buffer.get() & 0xFF;
            case I32 -> buffer.getInt();
            case I64 -> buffer.getLong();
            case F32 ->
                throw new IllegalStateException(
                    "an array of " + type.descriptor + " has no integers");
          };
    }
    return values;
  }

  /** All elements as floats; integers beyond 2^24 are rounded to the nearest float. */
  public float[] toFloats() {
    float[] values = new float[shape.size()];
    if (type == Type.F32) {
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
    long[] integers = toLongs();
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i];
    }
    return values;
  }

  /** The bytes themselves, for readers of this package, who do not write to them. */
  byte[] data() {
    return data;
  }
}
