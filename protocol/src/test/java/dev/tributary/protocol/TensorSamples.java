package dev.tributary.protocol;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Blobs of tensors written by hand. */
final class TensorSamples {
  private TensorSamples() {}

  /** 2 x 3 weights, 2 biases: 8 elements. */
  static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("fc.weight", Role.WEIGHT, Shape.of(2, 3))
          .add("fc.bias", Role.BIAS, Shape.of(2))
          .build();

  static final ParameterVector FP32 =
      ParameterVector.of(
          LAYOUT,
          1.0f,
          -0.0f,
          Float.MIN_VALUE,
          -Float.MIN_NORMAL / 2,
          Float.MAX_VALUE,
          0.1f,
          -2.5f,
          0.0f);

  /** The IEEE 754 bit patterns of the same values. */
  static final int[] FP32_BITS = {
    0x3f80_0000, 0x8000_0000, 0x0000_0001, 0x8040_0000, 0x7f7f_ffff, 0x3dcc_cccd, 0xc020_0000, 0
  };

  /** Exact in FP16, so that they come back equal. */
  static final ParameterVector FP16 =
      ParameterVector.of(
          LAYOUT, 1.0f, -0.0f, 0x1p-24f, -0x1p-14f, 65504f, 0x1.554p-2f, -2.5f, 0.0f);

  /** From the tables of binary16. */
  static final short[] FP16_BITS = {
    0x3c00, (short) 0x8000, 0x0001, (short) 0x8400, 0x7bff, 0x3555, (short) 0xc100, 0
  };

  static byte[] fp32Blob() {
    return blob(1, LAYOUT.fingerprint(), 1, 8, payload(FP32_BITS));
  }

  static byte[] fp16Blob() {
    return blob(1, LAYOUT.fingerprint(), 2, 8, payload(FP16_BITS));
  }

  static byte[] payload(int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int b : bits) {
      bytes.putInt(b);
    }
    return bytes.array();
  }

  static byte[] payload(short... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (short b : bits) {
      bytes.putShort(b);
    }
    return bytes.array();
  }

  /** A blob with a right checksum, whatever else it says. */
  static byte[] blob(int version, String layout, int encoding, long elements, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    byte[] header =
        new ProtoBytes()
            .number(1, version)
            .text(2, layout)
            .number(3, encoding)
            .number(4, elements)
            .fixed32(5, (int) crc.getValue())
            .done();
    return blob(header.length, header, payload);
  }

  static byte[] blob(int claimed, byte[] header, byte[] payload) {
    return ByteBuffer.allocate(8 + header.length + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {'T', 'R', 'I', 'B'})
        .putInt(claimed)
        .put(header)
        .put(payload)
        .array();
  }
}
