package dev.tributary.server;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorElements.Block;
import dev.tributary.protocol.WireException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The weighted mean of vectors that arrive one by one, in any order, with the same bits for every
 * order; memory is one number per parameter, however many vectors come.
 *
 * <p><b>Number format.</b> Each term {@code share * value} is rounded once to a multiple of 2^-44
 * and added as a 64-bit integer. Integer addition is associative, so the order cannot matter.
 *
 * <p><b>Range.</b> Values may be up to {@link #MAX_MAGNITUDE} = 2^18 in magnitude. Shares are
 * rounded to multiples of 2^-40 and may sum to 1 and the rounding of each, which {@link #add} holds
 * them to; so a sum stays within 2^62 (1 + K 2^-40) and cannot overflow for K below 2^40 vectors.
 *
 * <p><b>Error.</b> With K vectors whose shares sum to S, each element of the mean is within {@code
 * (K 2^-45 + 2^-50 sum|terms|) / S} of the exact mean weighted by the rounded shares, before its
 * own rounding to float32: for K = 1,000, S = 1 and values below 0.01 that is 3e-11. Shares that
 * were not multiples of 2^-40 add at most {@code 2^-41 sum|value - mean| / S}; nothing where all
 * are the same.
 *
 * <p><b>One pass.</b> A vector is added block by block, each checked just before; when a later one
 * turns out bad, what was added is subtracted again, which integers do exactly. So nothing is read
 * twice unless it is refused, and adding takes no memory. Not for several threads.
 *
 * <p><b>The first one waits.</b> It is checked and kept as it is. The second is added to it on the
 * way to the sums, and the mean of one alone is taken from it: sums of 64 bits are neither written
 * nor read for a vector that has nothing to be added to. So {@link #clear} has nothing to wipe, and
 * one accumulator serves all rounds of a run: fresh memory would cost more than adding a vector.
 */
public final class MeanAccumulator {
  /** The largest magnitude of a value that {@link #add} takes. */
  public static final float MAX_MAGNITUDE = 0x1p18f;

  private static final double UNIT = 0x1p44;
  private static final double SHARE_UNIT = 0x1p40;
  private static final long WHOLE = 1L << 40;

  private static final int MAX_BITS = Float.floatToRawIntBits(MAX_MAGNITUDE);

  private final ParameterLayout layout;
  private final long[] sums;
  private final Block block = new Block();
  private final Block firstBlock = new Block();
  private long shares;
  private long vectors;

  /** The first vector while it is the only one: then {@code sums} hold nothing that counts. */
  private @Nullable UpdateElements first;

  private double firstScale;

  /** An empty mean. */
  public MeanAccumulator(ParameterLayout layout) {
    this.layout = layout;
    this.sums = new long[layout.size()];
  }

  /** Forgets what was added; means that were taken stay as they are. */
  public void clear() {
    shares = 0;
    vectors = 0;
    first = null;
  }

  /** The index of the first element that {@link #add} could not take, or -1. */
  public static int firstOutOfRange(ParameterVector vector) {
    for (int i = 0; i < vector.size(); i++) {
      if (!(Math.abs(vector.get(i)) <= MAX_MAGNITUDE)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Adds a vector.
   *
   * @param vector finite and in range, or nothing is added and an exception thrown
   * @param share its share in the whole, in [2^-41, 1]; the shares of all vectors sum to at most 1
   */
  public void add(ParameterVector vector, double share) {
    vector.require(layout);
    if (!addWhole(UpdateElements.of(vector), fixed(share))) {
      int bad = firstOutOfRange(vector);
      throw new IllegalArgumentException(outOfRange(bad, vector.get(bad)));
    }
  }

  /**
   * Adds an encoded vector: the same as decoding it with all checks and adding that, in one pass.
   *
   * @param blob what came, of at most {@code maxBytes}
   * @param share as in {@link #add(ParameterVector, double)}
   * @throws WireException as {@link TensorCodec#decode} does, or OUT_OF_RANGE; nothing is added
   *     then
   */
  public void add(ByteString blob, long maxBytes, double share) throws WireException {
    long fixedShare = fixed(share);
    if (!addWhole(UpdateElements.of(TensorCodec.open(blob, layout, maxBytes)), fixedShare)) {
      ParameterVector vector = TensorCodec.decode(blob, layout, maxBytes);
      int bad = firstOutOfRange(vector);
      throw new WireException(RefusalCode.OUT_OF_RANGE, outOfRange(bad, vector.get(bad)));
    }
  }

  private static String outOfRange(int index, float value) {
    return "element %d is %s, the mean takes magnitudes up to %s"
        .formatted(index, value, MAX_MAGNITUDE);
  }

  /** The share in units of 2^-40, if it is one and there is room for it. */
  private long fixed(double share) {
    long fixedShare = Math.round(share * SHARE_UNIT);
    if (!(share <= 1) || fixedShare <= 0) {
      throw new IllegalArgumentException("a share of the mean must be in [2^-41, 1], got " + share);
    }
    if (shares + fixedShare > WHOLE + vectors + 1) {
      throw new IllegalArgumentException(
          "the shares of a mean must sum to at most 1, got %s after %s".formatted(share, shares()));
    }
    return fixedShare;
  }

  /** Adds all blocks and the share, or nothing; whether it did. */
  private boolean addWhole(UpdateElements source, long fixedShare) {
    double scale = fixedShare / SHARE_UNIT * UNIT;
    UpdateElements waiting = first;
    boolean whole;
    if (vectors == 0) {
      whole = check(source);
      first = whole ? source : null;
      firstScale = scale;
    } else if (waiting != null) {
      whole = addBoth(waiting, source, scale);
      first = whole ? null : waiting;
    } else {
      whole = addToSums(source, scale);
    }
    if (whole) {
      shares += fixedShare;
      vectors++;
    }
    return whole;
  }

  /** Whether all of a vector may be added; it is at its first block again. */
  private boolean check(UpdateElements source) {
    int count = source.read(block);
    boolean inRange = true;
    while (count > 0 && inRange) {
      inRange = block.largestBits(count) <= MAX_BITS;
      count = source.read(block);
    }
    boolean sound = inRange && source.isSound();
    source.rewind();
    return sound;
  }

  /** Writes the sums of the one that waits and another; whether that one may be added. */
  private boolean addBoth(UpdateElements waiting, UpdateElements source, double scale) {
    int added = 0;
    int count = source.read(block);
    boolean inRange = true;
    while (count > 0 && inRange) {
      inRange = block.largestBits(count) <= MAX_BITS;
      if (waiting.read(firstBlock) != count) {
        return addApart(waiting, source, scale);
      }
      addBlocks(added, count, scale);
      added += count;
      count = source.read(block);
    }
    boolean sound = inRange && source.isSound();
    waiting.rewind();
    return sound;
  }

  /** The same where the two come in blocks of other lengths, as of other encodings. */
  private boolean addApart(UpdateElements waiting, UpdateElements source, double scale) {
    waiting.rewind();
    source.rewind();
    Arrays.fill(sums, 0);
    addToSums(waiting, firstScale);
    waiting.rewind();
    return addToSums(source, scale);
  }

  private boolean addToSums(UpdateElements source, double scale) {
    int added = 0;
    boolean inRange = true;
    int count = source.read(block);
    while (count > 0 && inRange) {
      inRange = block.largestBits(count) <= MAX_BITS;
      if (inRange) {
        addBlock(added, count, scale);
        added += count;
        count = source.read(block);
      }
    }
    if (inRange && source.isSound()) {
      return true;
    }
    takeBack(source, added, scale);
    return false;
  }

  private void takeBack(UpdateElements source, int added, double scale) {
    source.rewind();
    int at = 0;
    while (at < added) {
      int count = source.read(block);
      // Rounding is symmetric: these terms are the negatives of those that were added.
      addBlock(at, count, -scale);
      at += count;
    }
  }

  /** On processors with AVX-512 these are vectorised loops, rounding and conversion included. */
  private void addBlock(int at, int count, double scale) {
    float[] values = block.values();
    for (int i = 0; i < count; i++) {
      sums[at + i] += (long) Math.rint(values[i] * scale);
    }
  }

  private void addBlocks(int at, int count, double scale) {
    float[] values = block.values();
    float[] earlier = firstBlock.values();
    for (int i = 0; i < count; i++) {
      sums[at + i] =
          (long) Math.rint(earlier[i] * firstScale) + (long) Math.rint(values[i] * scale);
    }
  }

  /** The sum of the shares added so far. */
  public double shares() {
    return shares / SHARE_UNIT;
  }

  /** The mean of what was added, weighted by shares; at least one vector must have been. */
  public ParameterVector mean() {
    if (shares == 0) {
      throw new IllegalStateException("the mean of no vectors is not defined");
    }
    double unit = 1 / (UNIT * shares());
    return first == null ? ParameterVector.ofFixedPoint(layout, sums, unit) : only(first, unit);
  }

  /** The mean of one vector, with the same roundings as if it had gone through the sums. */
  private ParameterVector only(UpdateElements vector, double unit) {
    ParameterVector mean =
        ParameterVector.written(
            layout,
            target -> {
              int at = 0;
              for (int count = vector.read(block); count > 0; count = vector.read(block)) {
                scale(count, unit);
                System.arraycopy(block.values(), 0, target, at, count);
                at += count;
              }
            });
    vector.rewind();
    return mean;
  }

  /** In its place: a loop from one array of floats to another would not be vectorised. */
  private void scale(int count, double unit) {
    float[] values = block.values();
    for (int i = 0; i < count; i++) {
      // A whole number below 2^63 that came from a double is that double again, but never -0.
      values[i] = (float) ((Math.rint(values[i] * firstScale) + 0.0) * unit);
    }
  }
}
