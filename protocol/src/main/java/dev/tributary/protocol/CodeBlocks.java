package dev.tributary.protocol;

import dev.tributary.engine.integer.Axis;
import dev.tributary.engine.integer.QuantizedMatrix;
import dev.tributary.engine.integer.Quantizer;
import dev.tributary.engine.integer.Rounding;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tensors as codes of a few bits: each by itself in blocks of {@value #ELEMENTS} elements, the last
 * one shorter, a block as its scale and its packed codes (see {@code tensor.proto}).
 *
 * <p>The codes are those of a {@link Quantizer} with a scale for each row of a matrix whose rows
 * are blocks: {@code s = max|x| / qmax} rounded to float32, {@code q = floor(x / s + u)}. A block
 * whose largest magnitude is below 2^-110 has the scale 0. An element is read as {@code q s} in
 * float32, so it is within {@code s / 2} of what was sent where codes are the nearest, within
 * {@code s} where draws round; 2^-12 of that more for the steps of 2^-15 in which codes are rounded
 * and for float32.
 *
 * <p>Shorter blocks follow their elements better and have more scales. Measured on clients' deltas
 * of two models at 6 bits, with draws, in parts of the delta's norm: one scale a tensor 7 to 10 %,
 * blocks of 1024 5.2 %, of 256 4.3 %, of 64 3.5 %. A scale in 256 elements is 0.4 % of their
 * float32.
 */
final class CodeBlocks {
  /** The elements of a block, a multiple of {@link BitPacking#GROUP}. */
  static final int ELEMENTS = 256;

  /** Blocks that are quantised at once, so that all that is done with them stays in the cache. */
  private static final int AT_ONCE = 64;

  private static final ValueLayout.OfFloat FLOAT_LE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private CodeBlocks() {}

  /** The bytes of a block of so many elements. */
  static int bytes(int count, int bits) {
    return Float.BYTES + BitPacking.bytes(count, bits);
  }

  /** The bytes of all blocks of a layout: of its trainable tensors. */
  static long payloadBytes(ParameterLayout layout, int bits) {
    long sum = 0;
    for (ParameterSpec spec : layout.specs()) {
      if (spec.role().trainable()) {
        int rest = spec.size() % ELEMENTS;
        sum += (long) (spec.size() / ELEMENTS) * bytes(ELEMENTS, bits);
        sum += rest == 0 ? 0 : bytes(rest, bits);
      }
    }
    return sum;
  }

  /** Writes the trainable tensors of one vector. */
  static final class Writer {
    private final ParameterVector vector;
    private final int bits;
    private final Quantizer quantizer;
    private final @Nullable Seeds seeds;
    private final float[] values = new float[AT_ONCE * ELEMENTS];
    private final MemorySegment floats =
        Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, values.length);
    private final QuantizedMatrix matrix = new QuantizedMatrix("a delta");
    private final byte[] codes = new byte[AT_ONCE * ELEMENTS + BitPacking.GROUP];
    private final byte[] block = new byte[bytes(ELEMENTS, Byte.SIZE) + BitPacking.GROUP];
    private int pieces;

    /**
     * @param vector finite
     * @param seeds of the draws that round; null to round to the nearest code
     */
    Writer(ParameterVector vector, int bits, @Nullable Seeds seeds) {
      this.vector = vector;
      this.bits = bits;
      this.quantizer = Quantizer.perOuter(bits);
      this.seeds = seeds;
    }

    /** Writes all blocks to the start of {@code payload}. */
    void write(MemorySegment payload) {
      long at = 0;
      for (ParameterSpec spec : vector.layout().specs()) {
        if (spec.role().trainable()) {
          for (int from = spec.offset(); from < spec.end(); ) {
            int blocks = Math.min(AT_ONCE, (spec.end() - from) / ELEMENTS);
            int columns = blocks == 0 ? spec.end() - from : ELEMENTS;
            quantize(from, Math.max(1, blocks), columns);
            at = write(Math.max(1, blocks), columns, payload, at);
            from += Math.max(1, blocks) * columns;
          }
        }
      }
    }

    /** Every piece has draws of its own, numbered in the order of the layout. */
    private void quantize(int from, int rows, int columns) {
      vector.copyTo(from, values, rows * columns);
      MemorySegment.copy(values, 0, floats, ValueLayout.JAVA_FLOAT, 0, rows * columns);
      Rounding rounding =
          seeds == null ? Rounding.NEAREST : Rounding.stochastic(seeds.child("piece", pieces));
      pieces++;
      matrix.quantize(floats, rows, columns, Axis.COLUMNS, quantizer, rounding);
      MemorySegment.copy(matrix.codes(), ValueLayout.JAVA_BYTE, 0, codes, 0, rows * columns);
      Arrays.fill(codes, rows * columns, rows * columns + BitPacking.GROUP, (byte) 0);
    }

    private long write(int rows, int columns, MemorySegment payload, long from) {
      int length = bytes(columns, bits);
      MemorySegment one = MemorySegment.ofArray(block);
      long at = from;
      for (int r = 0; r < rows; r++) {
        boolean any = BitPacking.pack(codes, r * columns, columns, bits, block, Float.BYTES);
        one.set(FLOAT_LE, 0, any ? (float) matrix.scale(r) : 0);
        MemorySegment.copy(one, 0, payload, at, length);
        at += length;
      }
      return at;
    }
  }

  /**
   * Reads one block.
   *
   * @param block its bytes, with {@link BitPacking#GROUP} more after them
   * @param codes room for the codes, of whole groups
   * @param values takes the elements from 0 on
   * @return whether scale and codes are ones that a writer makes; where the scale is not finite,
   *     the elements are not
   */
  static boolean read(byte[] block, int count, int bits, byte[] codes, float[] values) {
    boolean sound = BitPacking.unpack(block, Float.BYTES, count, bits, codes);
    float scale = MemorySegment.ofArray(block).get(FLOAT_LE, 0);
    for (int i = 0; i < count; i++) {
      values[i] = codes[i] * scale;
    }
    return sound && Float.floatToRawIntBits(scale) >= 0;
  }
}
