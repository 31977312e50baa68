package dev.tributary.engine.integer;

import java.lang.foreign.MemorySegment;

/**
 * The passes of {@link IntegerL1Norm} over one channel of codes [batch, channels, positions]. All
 * arithmetic is on integers, so implementations agree to the bit.
 */
interface IntegerL1NormLoops {

  /** The best of this machine. */
  static IntegerL1NormLoops fastest() {
    return NativeLibrary.available() ? new IntegerL1NormNative() : IntegerL1NormReference.INSTANCE;
  }

  /** The name in a run's fingerprint. */
  String tier();

  /**
   * Where a channel lies.
   *
   * @param channel the channel
   * @param channels how many there are
   * @param batch samples
   * @param positions elements of a channel in a sample
   */
  record Place(long channel, long channels, long batch, long positions) {}

  /**
   * How a channel lies about its mean S / n, with t = floor(S / n).
   *
   * @param out written: S, the sum of x - t where x &gt; t, the number of those, the number with x
   *     = S / n
   */
  void spread(MemorySegment x, Place place, long[] out);

  /**
   * {@code y = clamp((x factor + offset) >> shift, -qmax, qmax)}; x factor + offset fits 32 bits.
   */
  void apply(
      MemorySegment x, Place place, int factor, int offset, int shift, int qmax, MemorySegment y);

  /**
   * Sums over a channel's gradients.
   *
   * @param out written: the sum of g, the sum of g x, the least and the largest g
   */
  void moments(MemorySegment x, MemorySegment g, Place place, long[] out);

  /**
   * Gradients, modulo 2^32 until they are shifted:
   *
   * <pre>
   *   v  = (g factor + level + dither) &gt;&gt; 14,  dx = (v + draw) &gt;&gt; 8
   * </pre>
   *
   * with dither from [0, 2^14), one for each g of a channel on either side of t, and draw from [0,
   * 2^8), one for each element.
   *
   * @param down what differs between channels
   * @param key of dithers and draws
   */
  void down(MemorySegment x, MemorySegment g, Place place, Down down, long key, MemorySegment dx);

  /**
   * A channel's constants of {@link #down}, with 22 bits below the point.
   *
   * @param t the threshold
   * @param factor what a gradient is multiplied with
   * @param above the level where x &gt; t
   * @param equal the level where x = t
   * @param below the level where x &lt; t
   */
  record Down(int t, int factor, int above, int equal, int below) {}
}
