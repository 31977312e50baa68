package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.protocol.v1.TensorProto;
import dev.tributary.protocol.v1.TensorProto.TensorHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Parameter vectors as blobs: {@code "TRIB"}, the size of a protobuf header, the header, then the
 * elements as raw little-endian bytes (see {@code tensor.proto}).
 *
 * <p>FP32 keeps every bit. FP16 is IEEE 754 binary16, rounded to nearest, ties to even: about three
 * decimal digits within [6e-8, 65504]. INT8, INT6 and INT4 are for deltas: codes in blocks ({@link
 * CodeBlocks}) for the tensors that gradients move, FP32 for running statistics and counters, which
 * are few and which coarse steps would spoil.
 */
public final class TensorCodec {
  /** The version of the format that is written, and the only one that is read. */
  public static final int VERSION = 1;

  /** "TRIB", read as a little-endian number. */
  private static final int MAGIC = 0x42495254;

  private static final int PREFIX_BYTES = 2 * Integer.BYTES;
  private static final int MAX_HEADER_BYTES = 1024;

  /** All ones in infinities and NaN only. */
  static final int FP16_EXPONENT = 0x7c00;

  /** How FP16 is laid out. */
  static final ValueLayout.OfShort SHORT_LE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** How one element is written. */
  public enum Encoding {
    /** IEEE 754 binary32, 4 bytes: every bit is kept. */
    FP32(Float.SIZE, false, TensorProto.Encoding.ENCODING_FP32),
    /** IEEE 754 binary16, 2 bytes. */
    FP16(Short.SIZE, false, TensorProto.Encoding.ENCODING_FP16),
    /** Codes of 8 bits. */
    INT8(8, true, TensorProto.Encoding.ENCODING_INT8),
    /** Codes of 6 bits. */
    INT6(6, true, TensorProto.Encoding.ENCODING_INT6),
    /** Codes of 4 bits. */
    INT4(4, true, TensorProto.Encoding.ENCODING_INT4);

    private final int bits;
    private final boolean coded;
    private final TensorProto.Encoding wire;

    Encoding(int bits, boolean coded, TensorProto.Encoding wire) {
      this.bits = bits;
      this.coded = coded;
      this.wire = wire;
    }

    /** The size of an element in bits; of codes without their scales. */
    public int bits() {
      return bits;
    }

    /** Whether it has codes with scales, which are for deltas only. */
    public boolean coded() {
      return coded;
    }

    /** How elements travel that are not in codes. */
    Encoding plain() {
      return coded ? FP32 : this;
    }

    /** How many elements of a layout are in codes, from the first on. */
    int codedElements(ParameterLayout layout) {
      return coded ? layout.trainableSize() : 0;
    }
  }

  private TensorCodec() {}

  /**
   * The bytes that the elements of a vector of this layout take, with the scales of codes and
   * without the header.
   */
  public static long payloadBytes(ParameterLayout layout, Encoding encoding) {
    long codes = encoding.coded ? CodeBlocks.payloadBytes(layout, encoding.bits) : 0;
    long plain = (long) layout.size() - encoding.codedElements(layout);
    return codes + plain * encoding.plain().bits / Byte.SIZE;
  }

  /** The bytes that a whole blob of this layout takes. */
  public static long blobBytes(ParameterLayout layout, Encoding encoding) {
    int header = header(layout, encoding, 0).getSerializedSize();
    return PREFIX_BYTES + header + payloadBytes(layout, encoding);
  }

  /**
   * Encodes a vector; codes are the nearest ones.
   *
   * @throws IllegalArgumentException as {@link #encode(ParameterVector, Encoding, Seeds)}
   */
  public static ByteString encode(ParameterVector v, Encoding e) {
    return encode(v, e, null);
  }

  /**
   * Encodes a vector. Floats keep NaN and infinities: it is for the reader to refuse them.
   *
   * @param seeds of the draws that round values to codes, so that the mean over all draws is the
   *     value; null for the nearest codes. Floats are rounded as they are anyway
   * @throws IllegalArgumentException if the blob would exceed 2 GiB, a finite value leaves the
   *     range of FP16, or codes are asked for what is not finite
   */
  public static ByteString encode(ParameterVector v, Encoding e, @Nullable Seeds seeds) {
    long size = blobBytes(v.layout(), e);
    if (size > Integer.MAX_VALUE - PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "a blob of %s as %s needs %d bytes, more than a blob can hold (2 GiB); share fewer tensors or use fp16"
              .formatted(v.layout(), e, size));
    }
    byte[] blob = new byte[(int) size];
    int start = blob.length - (int) payloadBytes(v.layout(), e);
    MemorySegment payload = MemorySegment.ofArray(blob).asSlice(start);
    switch (e) {
      case FP32 -> v.write(payload);
      case FP16 -> writeHalves(v, payload);
      case INT8, INT6, INT4 -> writeCodes(v, e, seeds, payload);
    }
    CRC32C crc = new CRC32C();
    crc.update(blob, start, blob.length - start);
    TensorHeader header = header(v.layout(), e, (int) crc.getValue());
    ByteBuffer.wrap(blob)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(header.getSerializedSize());
    CodedOutputStream out = CodedOutputStream.newInstance(blob, PREFIX_BYTES, start - PREFIX_BYTES);
    try {
      header.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException impossible) {
      throw new IllegalStateException("the header's size must be known", impossible);
    }
    return UnsafeByteOperations.unsafeWrap(blob);
  }

  /**
   * Decodes a blob, believing nothing: size, version, fingerprint, encoding, count, length,
   * checksum and finiteness are checked, in this order, before anything is built, and no number
   * from the blob decides how much memory is taken.
   *
   * @param blob what {@link #encode} made, or anything else
   * @param expected the layout it must have
   * @param maxBytes the largest blob to look at, in bytes
   * @throws WireException TOO_LARGE, MALFORMED, WRONG_VERSION, WRONG_LAYOUT, WRONG_LENGTH or
   *     NOT_FINITE
   */
  public static ParameterVector decode(ByteString blob, ParameterLayout expected, long maxBytes)
      throws WireException {
    return open(blob, expected, maxBytes).vector();
  }

  /**
   * Opens a blob for reading it piece by piece: checks what {@link #decode} checks up to the
   * length; checksum and finiteness are left to the reader.
   *
   * @throws WireException TOO_LARGE, MALFORMED, WRONG_VERSION, WRONG_LAYOUT or WRONG_LENGTH
   */
  public static TensorElements open(ByteString blob, ParameterLayout expected, long maxBytes)
      throws WireException {
    if (blob.size() > maxBytes) {
      throw new WireException(
          RefusalCode.TOO_LARGE,
          "a tensor blob has %d bytes, at most %d are taken".formatted(blob.size(), maxBytes));
    }
    ByteBuffer bytes = blob.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    TensorHeader header = readHeader(bytes);
    Encoding encoding = checkHeader(header, expected);
    long needed = payloadBytes(expected, encoding);
    if (bytes.remaining() != needed) {
      throw new WireException(
          RefusalCode.WRONG_LENGTH,
          "a tensor blob holds %d bytes of elements, %s as %s needs %d"
              .formatted(bytes.remaining(), expected, encoding, needed));
    }
    return new TensorElements(bytes.slice(), encoding, expected, header.getCrc32C());
  }

  private static TensorHeader header(ParameterLayout layout, Encoding encoding, int crc) {
    return TensorHeader.newBuilder()
        .setVersion(VERSION)
        .setLayout(layout.fingerprint())
        .setEncoding(encoding.wire)
        .setElements(layout.size())
        .setCrc32C(crc)
        .setCoded(encoding.codedElements(layout))
        .build();
  }

  /** Leaves the buffer at the first element. */
  private static TensorHeader readHeader(ByteBuffer bytes) throws WireException {
    if (bytes.remaining() < PREFIX_BYTES || bytes.getInt() != MAGIC) {
      throw malformed("it does not start with the mark TRIB and a header size");
    }
    int size = bytes.getInt();
    if (size < 0 || size > Math.min(MAX_HEADER_BYTES, bytes.remaining())) {
      throw malformed(
          "its header claims %s bytes; there are %d bytes left and a header has at most %d"
              .formatted(Integer.toUnsignedString(size), bytes.remaining(), MAX_HEADER_BYTES));
    }
    try {
      TensorHeader header = TensorHeader.parseFrom(bytes.slice(bytes.position(), size));
      bytes.position(bytes.position() + size);
      return header;
    } catch (InvalidProtocolBufferException e) {
      throw new WireException(
          RefusalCode.MALFORMED, "not a tensor blob: its header is not a TensorHeader", e);
    }
  }

  private static Encoding checkHeader(TensorHeader header, ParameterLayout expected)
      throws WireException {
    if (header.getVersion() != VERSION) {
      throw new WireException(
          RefusalCode.WRONG_VERSION,
          "a tensor blob has version %s, this side reads version %d; run the same release on both"
              .formatted(Integer.toUnsignedString(header.getVersion()), VERSION));
    }
    if (!header.getLayout().equals(expected.fingerprint())) {
      throw new WireException(
          RefusalCode.WRONG_LAYOUT,
          "a tensor blob is of layout '%s', expected %s".formatted(header.getLayout(), expected));
    }
    Encoding encoding = encoding(header);
    if (header.getElements() != expected.size()) {
      throw new WireException(
          RefusalCode.WRONG_LENGTH,
          "a tensor blob claims %s elements, expected %d of %s"
              .formatted(Long.toUnsignedString(header.getElements()), expected.size(), expected));
    }
    if (header.getCoded() != encoding.codedElements(expected)) {
      throw malformed(
          "it claims %s elements in codes; of %s as %s there are %d"
              .formatted(
                  Long.toUnsignedString(header.getCoded()),
                  expected,
                  encoding,
                  encoding.codedElements(expected)));
    }
    if (!header.hasCrc32C()) {
      throw malformed("its header has no checksum");
    }
    return encoding;
  }

  private static Encoding encoding(TensorHeader header) throws WireException {
    for (Encoding encoding : Encoding.values()) {
      if (encoding.wire == header.getEncoding()) {
        return encoding;
      }
    }
    throw malformed(
        "encoding %d is not one of FP32 (1), FP16 (2), INT8 (3), INT6 (4) and INT4 (5)"
            .formatted(header.getEncodingValue()));
  }

  private static void writeCodes(
      ParameterVector v, Encoding e, @Nullable Seeds seeds, MemorySegment payload) {
    int bad = v.firstNonFinite();
    if (bad >= 0) {
      throw new IllegalArgumentException(
          "%s is %s, and only finite values have codes (%s); a smaller learning rate or clipping may help"
              .formatted(name(v.layout(), bad), v.get(bad), e));
    }
    new CodeBlocks.Writer(v, e.bits, seeds).write(payload);
    int coded = e.codedElements(v.layout());
    v.write(coded, payload.asSlice(CodeBlocks.payloadBytes(v.layout(), e.bits)));
  }

  private static void writeHalves(ParameterVector v, MemorySegment payload) {
    for (int i = 0; i < v.size(); i++) {
      float value = v.get(i);
      short half = Float.floatToFloat16(value);
      if ((half & FP16_EXPONENT) == FP16_EXPONENT && Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "%s is %s, FP16 ends at 65504; encode as FP32, or keep the values smaller (clip the gradient or lower the learning rate)"
                .formatted(name(v.layout(), i), value));
      }
      payload.set(SHORT_LE, (long) i * Short.BYTES, half);
    }
  }

  /** An element as errors name it. */
  static String name(ParameterLayout layout, int index) {
    for (ParameterSpec spec : layout.specs()) {
      if (index >= spec.offset() && index < spec.end()) {
        return "element %d of %s (%d of the blob)"
            .formatted(index - spec.offset(), spec.name(), index);
      }
    }
    return "element " + index;
  }

  /** That it is no tensor blob, and why. */
  static WireException malformed(String found) {
    return new WireException(RefusalCode.MALFORMED, "not a tensor blob: " + found);
  }
}
