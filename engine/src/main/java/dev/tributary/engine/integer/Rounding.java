package dev.tributary.engine.integer;

import dev.tributary.engine.random.Seeds;

/**
 * How a value between two codes becomes one: {@code q = floor(v + u)}, where {@code u} is one half
 * (to the nearest, halves upwards) or a draw from [0, 1). Both {@code v} and {@code u} lie on a
 * grid of 2^-15, to whose nearest point {@code v} is rounded first.
 *
 * <p>With a draw the code's mean is the value on the grid: {@code |E[q] - v|} is at most 2^-16, and
 * whole numbers stay what they are. A draw depends on the key and on the element's place in its
 * matrix alone, so any split over threads gives the same codes. The hash is two rounds of
 * multiplying and folding by the constants of MurmurHash3's finaliser (Appleby), with the key mixed
 * in twice; it is written for 32-bit lanes.
 *
 * @param stochastic whether draws round
 * @param key of the draws; 0 without them
 */
public record Rounding(boolean stochastic, long key) {
  /** To the nearest code, halves upwards. */
  public static final Rounding NEAREST = new Rounding(false, 0);

  /** By draws from this leaf of the tree of seeds; give every tensor of a step its own. */
  public static Rounding stochastic(Seeds seeds) {
    return new Rounding(true, seeds.key());
  }

  /** {@code u} of element {@code index}, counted row by row, in steps of 2^-15. */
  int addend(int index) {
    if (!stochastic) {
      return 1 << 14;
    }
    int x = index * 0x9E3779B9 + (int) key;
    x = (x ^ (x >>> 16)) * 0x85EBCA6B;
    x ^= (int) (key >>> 32);
    x = (x ^ (x >>> 13)) * 0xC2B2AE35;
    return x >>> 17;
  }
}
