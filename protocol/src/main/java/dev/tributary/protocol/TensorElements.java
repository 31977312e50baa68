package dev.tributary.protocol;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.TensorCodec.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

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

  private final ByteBuffer bytes;
  private final MemorySegment payload;
  private final Encoding encoding;
  private final ParameterLayout layout;
  private final int expectedSum;
  private final CRC32C crc = new CRC32C();

  /** So many elements from the first on are codes. */
  private final int coded;

  private int read;

  /** The tensor that the next element is of, where elements are codes. */
  private int tensor;

  /** Whether all codes so far are ones that a writer makes. */
  private boolean codesSound = true;

  /** Elements that {@code bytes} holds from its first byte to its last. */
  TensorElements(ByteBuffer bytes, Encoding encoding, ParameterLayout layout, int expectedSum) {
    this.bytes = bytes;
    this.payload = MemorySegment.ofBuffer(bytes);
    this.encoding = encoding;
    this.layout = layout;
    this.expectedSum = expectedSum;
    this.coded = encoding.codedElements(layout);
  }

  /** Room for a piece, to be used again and again; not by two threads at once. */
  public static final class Block {
    /**
     * The most elements of a piece: small enough for all that is done with it to stay in the cache.
     */
    public static final int SIZE = 512;

    private final float[] values = new float[SIZE];
    private final byte[] bytes = new byte[SIZE * Float.BYTES];
    private final byte[] codes = new byte[CodeBlocks.ELEMENTS];
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
   * @return how many elements were read: at most {@link Block#SIZE}, 0 after the last; the same
   *     pieces each time
   */
  public int read(Block block) {
    return read < coded ? readCodes(block) : readFloats(block);
  }

  private int readFloats(Block block) {
    int count = Math.min(Block.SIZE, layout.size() - read);
    boolean halves = encoding == Encoding.FP16;
    fetch(block, count * (halves ? Short.BYTES : Float.BYTES));
    if (halves) {
      for (int i = 0; i < count; i++) {
        short half = block.segment.get(TensorCodec.SHORT_LE, (long) i * Short.BYTES);
        block.values[i] = Float.float16ToFloat(half);
      }
    } else {
      MemorySegment.copy(block.segment, FLOAT_LE, 0, block.values, 0, count);
    }
    read += count;
    return count;
  }

  private int readCodes(Block block) {
    ParameterSpec spec = layout.specs().get(tensor);
    while (read >= spec.end()) {
      tensor++;
      spec = layout.specs().get(tensor);
    }
    int count = Math.min(CodeBlocks.ELEMENTS, spec.end() - read);
    fetch(block, CodeBlocks.bytes(count, encoding.bits()));
    codesSound &= CodeBlocks.read(block.bytes, count, encoding.bits(), block.codes, block.values);
    read += count;
    return count;
  }

  /** A checksum of a read-only buffer would copy it in smaller pieces. */
  private void fetch(Block block, int length) {
    bytes.get(block.bytes, 0, length);
    crc.update(block.bytes, 0, length);
  }

  /** Starts again at the first element. */
  public void rewind() {
    bytes.rewind();
    crc.reset();
    read = 0;
    tensor = 0;
    codesSound = true;
  }

  /** Whether all was read, codes are ones that a writer makes and the checksum fits. */
  public boolean isSound() {
    return read == layout.size() && codesSound && (int) crc.getValue() == expectedSum;
  }

  /**
   * All of them as a vector, which is made when all are known to be sound and finite.
   *
   * @throws WireException MALFORMED or NOT_FINITE
   */
  ParameterVector vector() throws WireException {
    Block block = new Block();
    WireException found = null;
    rewind();
    for (int count = read(block); count > 0; count = read(block)) {
      found = found == null ? fault(block, count) : found;
    }
    if ((int) crc.getValue() != expectedSum) {
      throw TensorCodec.malformed(
          "the CRC-32C of its elements is %08x, its header says %08x"
              .formatted((int) crc.getValue(), expectedSum));
    }
    if (found != null) {
      throw found;
    }
    if (encoding == Encoding.FP32) {
      return ParameterVector.read(layout, payload);
    }
    rewind();
    return ParameterVector.written(
        layout,
        values -> {
          for (int count = read(block); count > 0; count = read(block)) {
            System.arraycopy(block.values, 0, values, read - count, count);
          }
        });
  }

  /** What is wrong with the piece that was read last, or null. */
  private @Nullable WireException fault(Block block, int count) {
    int from = read - count;
    if (!codesSound) {
      return TensorCodec.malformed(
          "in the block of codes from %s on, the scale is negative, a code is the smallest number of %d bits, or bits after the last code are set"
              .formatted(TensorCodec.name(layout, from), encoding.bits()));
    }
    if (block.largestBits(count) < FP32_EXPONENT) {
      return null;
    }
    int bad = 0;
    while (Float.isFinite(block.values[bad])) {
      bad++;
    }
    return new WireException(
        RefusalCode.NOT_FINITE,
        "%s is %s, all elements must be finite"
            .formatted(TensorCodec.name(layout, from + bad), block.values[bad]));
  }
}
