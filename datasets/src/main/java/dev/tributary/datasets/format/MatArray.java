package dev.tributary.datasets.format;

import dev.tributary.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A real numeric array of a MATLAB file, in column-major order (first axis fastest); immutable. */
public final class MatArray {

  /** How numbers are stored; a file may store them narrower than the array's class. */
  enum Type {
    I8(1, 1),
    U8(2, 1),
    I16(3, 2),
    U16(4, 2),
    I32(5, 4),
    U32(6, 4),
    F32(7, 4),
    F64(9, 8),
    I64(12, 8),
    U64(13, 8);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    /** The format's number of the type. */
    int code() {
      return code;
    }

    /** Bytes of one element. */
    int bytes() {
      return bytes;
    }
  }

  private final String name;
  private final Shape shape;
  private final Type type;
  private final ByteBuffer data;

  MatArray(String name, Shape shape, Type type, byte[] bytes, ByteOrder order) {
    this.name = name;
    this.shape = shape;
    this.type = type;
    this.data = ByteBuffer.wrap(bytes).order(order);
  }

  /** The variable's name. */
  public String name() {
    return name;
  }

  /** The lengths of the axes, at least two. */
  public Shape shape() {
    return shape;
  }

  /** Whether elements are stored as unsigned bytes, which {@link #bytes} needs. */
  boolean stored8Bit() {
    return type == Type.U8;
  }

  /** The bytes themselves, for readers of this package, who do not write to them. */
  byte[] bytes() {
    return data.array();
  }

  /**
   * One element.
   *
   * @param index column-major, in [0, size)
   */
  public double at(int index) {
    int place = index * type.bytes;
    return switch (type) {
      case I8 -> data.get(place);
      case U8 -> data.get(place) & 0xFF;
      case I16 -> data.getShort(place);
      case U16 -> data.getShort(place) & 0xFFFF;
      case I32 -> data.getInt(place);
      case U32 -> data.getInt(place) & 0xFFFF_FFFFL;
      case F32 -> data.getFloat(place);
      case F64 -> data.getDouble(place);
      case I64 -> data.getLong(place);
      case U64 -> unsigned(data.getLong(place));
    };
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : 2.0 * (value >>> 1) + (value & 1);
  }
}
