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

  /** The same with a running statistic, which never travels in codes. */
  static final ParameterLayout MIXED =
      ParameterLayout.builder()
          .add("fc.weight", Role.WEIGHT, Shape.of(2, 3))
          .add("fc.mean", Role.NORM_RUNNING_MEAN, Shape.of(2))
          .add("fc.bias", Role.BIAS, Shape.of(2))
          .build();

  /**
   * Exact in codes of so many bits: halves of whole numbers up to the largest code, a tensor of
   * zeros, and numbers that have no code at all.
   */
  static ParameterVector coded(int largest) {
    float most = largest / 2f;
    return ParameterVector.of(MIXED, most, -most, 0, 0.5f, -1, 2, 0, 0, 0.1f, -2.5f);
  }

  /** Scale 0.5, codes 127 -127 0 1 -2 4; scale 0, codes 0 0; the running means. */
  static final byte[] INT8_PAYLOAD =
      bytes(
          0, 0, 0, 0x3f, 0x7f, 0x81, 0x00, 0x01, 0xfe, 0x04, 0, 0, 0, 0, 0, 0, 0xcd, 0xcc, 0xcc,
          0x3d, 0, 0, 0x20, 0xc0);

  /**
   * Scale 0.5, codes 31 -31 0 1 -2 4, from the lowest bit on 011111 100001 000000 000001 111110
   * 000100 (each written with its highest bit first) and four zeros; scale 0, codes 0 0 and four
   * zeros; the running means.
   */
  static final byte[] INT6_PAYLOAD =
      bytes(
          0, 0, 0, 0x3f, 0x5f, 0x08, 0x04, 0x3e, 0x01, 0, 0, 0, 0, 0, 0, 0xcd, 0xcc, 0xcc, 0x3d, 0,
          0, 0x20, 0xc0);

  /** Scale 0.5, codes 7 -7 0 1 -2 4; scale 0, codes 0 0; the running means. */
  static final byte[] INT4_PAYLOAD =
      bytes(
          0, 0, 0, 0x3f, 0x97, 0x10, 0x4e, 0, 0, 0, 0, 0, 0xcd, 0xcc, 0xcc, 0x3d, 0, 0, 0x20, 0xc0);

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A blob of {@link #MIXED} in codes: 8 of 10 elements. */
  static byte[] codedBlob(int encoding, byte[] payload) {
    return codedBlob(encoding, 8, payload);
  }

  static byte[] codedBlob(int encoding, long coded, byte[] payload) {
    ProtoBytes header = header(1, MIXED.fingerprint(), encoding, 10, payload).number(6, coded);
    return blob(header.done().length, header.done(), payload);
  }

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
    byte[] header = header(version, layout, encoding, elements, payload).done();
    return blob(header.length, header, payload);
  }

  private static ProtoBytes header(
      int version, String layout, int encoding, long elements, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return new ProtoBytes()
        .number(1, version)
        .text(2, layout)
        .number(3, encoding)
        .number(4, elements)
        .fixed32(5, (int) crc.getValue());
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
