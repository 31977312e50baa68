package dev.tributary.protocol;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.TensorCodec.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The elements of a tensor blob whose header fits what was expected ({@link TensorCodec#open}), in
 * pieces that stay in the processor's cache.
 *
 * <p>Whoever reads them looks for elements that are not finite himself and believes nothing before
 * {@link #isSound}: the checksum is formed on the way and known at the end only.
 */
public final class TensorElements {
  private static final int FP32_EXPONENT = 0x7f80_0000;
  private static final ValueLayout.OfFloat FLOAT_LE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT_LE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer bytes;
  private final MemorySegment payload;
  private final Encoding encoding;
  private final ParameterLayout layout;
  private final int expectedSum;
  private final CRC32C crc = new CRC32C();
  private int read;

  /** Elements that {@code bytes} holds from its first byte to its last. */
  TensorElements(ByteBuffer bytes, Encoding encoding, ParameterLayout layout, int expectedSum) {
    this.bytes = bytes;
    this.payload = MemorySegment.ofBuffer(bytes);
    this.encoding = encoding;
    this.layout = layout;
    this.expectedSum = expectedSum;
  }

  /** Room for a piece, to be used again and again; not by two threads at once. */
  public static final class Block {
    /**
     * The most elements of a piece: small enough for all that is done with it to stay in the cache.
     */
    public static final int SIZE = 512;

    private final float[] values = new float[SIZE];
    private final byte[] bytes = new byte[SIZE * Float.BYTES];
    private final int[] bits = new int[SIZE];
    private final MemorySegment segment = MemorySegment.ofArray(bytes);
    private final MemorySegment valueSegment = MemorySegment.ofArray(values);

    /** The elements that were read last, from index 0 on. */
    public float[] values() {
      return values;
    }

    /**
     * The largest magnitude of the first {@code count} elements, as bits, which are in the order of
     * the magnitudes; those of infinity or above if an element is not finite.
     */
    public int largestBits(int count) {
      // Copied, as a loop over the bits of a float[] is not vectorised.
      MemorySegment.copy(valueSegment, ValueLayout.JAVA_INT, 0, bits, 0, count);
      int largest = 0;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, bits[i] & Integer.MAX_VALUE);
      }
      return largest;
    }
  }

  /**
   * Reads the next piece.
   *
   * @return how many elements were read: {@link Block#SIZE}, fewer at the end, 0 after it
   */
  public int read(Block block) {
    int count = Math.min(Block.SIZE, layout.size() - read);
    int length = count * encoding.bytes();
    // A checksum of a read-only buffer would copy it in smaller pieces.
    bytes.get(block.bytes, 0, length);
    crc.update(block.bytes, 0, length);
    switch (encoding) {
      case FP32 -> MemorySegment.copy(block.segment, FLOAT_LE, 0, block.values, 0, count);
      case FP16 -> {
        for (int i = 0; i < count; i++) {
          short half = block.segment.get(TensorCodec.SHORT_LE, (long) i * Short.BYTES);
          block.values[i] = Float.float16ToFloat(half);
        }
      }
    }
    read += count;
    return count;
  }

  /** Starts again at the first element. */
  public void rewind() {
    bytes.rewind();
    crc.reset();
    read = 0;
  }

  /** Whether all was read and the checksum fits. */
  public boolean isSound() {
    return read == layout.size() && (int) crc.getValue() == expectedSum;
  }

  /** Goes through all elements at once. */
  void checkSum() throws WireException {
    rewind();
    crc.update(bytes);
    if ((int) crc.getValue() != expectedSum) {
      throw TensorCodec.malformed(
          "the CRC-32C of its elements is %08x, its header says %08x"
              .formatted((int) crc.getValue(), expectedSum));
    }
    rewind();
  }

  /**
   * All of them as a vector, which is made when all are known to be finite.
   *
   * @throws WireException NOT_FINITE
   */
  ParameterVector vector() throws WireException {
    for (int i = 0; i < layout.size(); i++) {
      boolean bad =
          switch (encoding) {
            case FP32 ->
                (payload.get(INT_LE, (long) i * Float.BYTES) & FP32_EXPONENT) == FP32_EXPONENT;
            case FP16 -> !Float.isFinite(half((long) i * Short.BYTES));
          };
      if (bad) {
        throw new WireException(
            RefusalCode.NOT_FINITE,
            "%s is %s, all elements must be finite"
                .formatted(TensorCodec.name(layout, i), element(i)));
      }
    }
    if (encoding == Encoding.FP32) {
      return ParameterVector.read(layout, payload);
    }
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = half((long) i * Short.BYTES);
    }
    return ParameterVector.of(layout, values);
  }

  private float element(int index) {
    return encoding == Encoding.FP32
        ? payload.get(FLOAT_LE, (long) index * Float.BYTES)
        : half((long) index * Short.BYTES);
  }

  private float half(long at) {
    return Float.float16ToFloat(payload.get(TensorCodec.SHORT_LE, at));
  }
}
