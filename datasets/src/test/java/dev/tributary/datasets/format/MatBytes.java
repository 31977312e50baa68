package dev.tributary.datasets.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;

/**
 * MATLAB level-5 files put together byte by byte, after the published description of the format.
 */
final class MatBytes {
  private final ByteOrder order;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  MatBytes(ByteOrder order) {
    this.order = order;
    byte[] text = new byte[124];
    byte[] words = "MATLAB 5.0 MAT-file".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(words, 0, text, 0, words.length);
    out.writeBytes(text);
    boolean little = order.equals(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(little ? new byte[] {0, 1, 'I', 'M'} : new byte[] {1, 0, 'M', 'I'});
  }

  /** A variable as it stands in the file. */
  MatBytes plain(byte... variable) {
    out.writeBytes(variable);
    return this;
  }

  /** A variable as an element of type 15: zlib's bytes, without padding. */
  MatBytes compressed(byte... variable) throws IOException {
    ByteArrayOutputStream squeezed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(squeezed)) {
      deflater.write(variable);
    }
    out.writeBytes(ints(15, squeezed.size()));
    out.writeBytes(squeezed.toByteArray());
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** A variable: type 14 around flags, axes, name and numbers. */
  byte[] variable(String name, int flags, int[] axes, int type, byte... numbers) {
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    inner.writeBytes(element(6, ints(flags, 0)));
    inner.writeBytes(element(5, ints(axes)));
    inner.writeBytes(element(1, name.getBytes(StandardCharsets.US_ASCII)));
    inner.writeBytes(element(type, numbers));
    byte[] body = inner.toByteArray();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(ints(14, body.length));
    whole.writeBytes(body);
    return whole.toByteArray();
  }

  /** Up to four bytes go into the tag: length and type share its first half. */
  byte[] element(int type, byte... data) {
    boolean small = data.length > 0 && data.length <= 4;
    ByteBuffer buffer = ByteBuffer.allocate(small ? 8 : 8 + (data.length + 7) / 8 * 8).order(order);
    if (small) {
      buffer.putInt(data.length << 16 | type);
    } else {
      buffer.putInt(type).putInt(data.length);
    }
    return buffer.put(data).array();
  }

  byte[] ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }
}
