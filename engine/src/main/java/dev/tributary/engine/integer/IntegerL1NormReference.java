package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** The definition, in Java. */
final class IntegerL1NormReference implements IntegerL1NormLoops {
  static final IntegerL1NormReference INSTANCE = new IntegerL1NormReference();

  private IntegerL1NormReference() {}

  @Override
  public String tier() {
    return "java";
  }

  private static long start(Place place, long sample) {
    return (sample * place.channels() + place.channel()) * place.positions();
  }

  @Override
  public void spread(MemorySegment x, Place place, long[] out) {
    long sum = 0;
    for (long b = 0; b < place.batch(); b++) {
      long from = start(place, b);
      for (long i = from; i < from + place.positions(); i++) {
        sum += x.get(JAVA_BYTE, i);
      }
    }
    long n = place.batch() * place.positions();
    long t = Math.floorDiv(sum, n);
    long above = 0;
    long count = 0;
    long equal = 0;
    int least = Byte.MAX_VALUE;
    int most = Byte.MIN_VALUE;
    for (long b = 0; b < place.batch(); b++) {
      long from = start(place, b);
      for (long i = from; i < from + place.positions(); i++) {
        long d = x.get(JAVA_BYTE, i) - t;
        above += Math.max(0, d);
        count += d > 0 ? 1 : 0;
        equal += x.get(JAVA_BYTE, i) * n == sum ? 1 : 0;
        least = Math.min(least, x.get(JAVA_BYTE, i));
        most = Math.max(most, x.get(JAVA_BYTE, i));
      }
    }
    out[0] = sum;
    out[1] = above;
    out[2] = count;
    out[3] = equal;
    out[4] = least;
    out[5] = most;
  }

  @Override
  public void apply(
      MemorySegment x, Place place, int factor, int offset, int shift, int qmax, MemorySegment y) {
    for (long b = 0; b < place.batch(); b++) {
      long from = start(place, b);
      for (long i = from; i < from + place.positions(); i++) {
        int v = (x.get(JAVA_BYTE, i) * factor + offset) >> shift;
        y.set(JAVA_BYTE, i, (byte) Math.clamp(v, -qmax, qmax));
      }
    }
  }

  @Override
  public void moments(MemorySegment x, MemorySegment g, Place place, long[] out) {
    long sum = 0;
    long product = 0;
    int least = Byte.MAX_VALUE;
    int most = Byte.MIN_VALUE;
    for (long b = 0; b < place.batch(); b++) {
      long from = start(place, b);
      for (long i = from; i < from + place.positions(); i++) {
        int up = g.get(JAVA_BYTE, i);
        sum += up;
        product += up * x.get(JAVA_BYTE, i);
        least = Math.min(least, up);
        most = Math.max(most, up);
      }
    }
    out[0] = sum;
    out[1] = product;
    out[2] = least;
    out[3] = most;
  }

  @Override
  public void down(
      MemorySegment x, MemorySegment g, Place place, Down down, long key, MemorySegment dx) {
    for (long b = 0; b < place.batch(); b++) {
      long from = start(place, b);
      for (long i = from; i < from + place.positions(); i++) {
        int d = x.get(JAVA_BYTE, i) - down.t();
        int level = d > 0 ? down.above() : d == 0 ? down.equal() : down.below();
        byte up = g.get(JAVA_BYTE, i);
        int v = (up * down.factor() + level + dither(key, place.channel(), d > 0, up)) >> 14;
        int draw = draw(key, from / place.positions(), (int) (i - from), (int) place.positions());
        dx.set(JAVA_BYTE, i, (byte) ((v + draw) >> 8));
      }
    }
  }

  /**
   * A number from [0, 2^14) that rounds what a code of the gradient is worth to 8 bits below the
   * point. Over the keys it is uniform for each code; within a channel those of all codes are a
   * sequence of little discrepancy (multiples of the golden ratio), so that roundings cancel out.
   *
   * @param above whether the input is above its threshold
   * @param g the gradient's code
   */
  static int dither(long key, long channel, boolean above, byte g) {
    int index = (g & 0xff) + (above ? 256 : 0);
    return (word(key, ~(int) channel) + index * 0x9E3779B9) >>> 18;
  }

  /**
   * A draw from [0, 2^8) that depends on the key and the element's place in its tensor alone: a
   * byte of a word that four elements of a plane share.
   *
   * @param plane the sample's channel, counted through the tensor
   * @param p the position in the plane
   */
  static int draw(long key, long plane, int p, int positions) {
    int index = (int) (plane * ((positions + 3L) / 4)) + p / 4;
    return (word(key, index) >>> (8 * (p % 4))) & 0xff;
  }

  /**
   * Two rounds of multiplying and folding by the constants of MurmurHash3's finaliser (Appleby),
   * with the key mixed in twice.
   */
  private static int word(long key, int index) {
    int x = index * 0x9E3779B9 + (int) key;
    x = (x ^ (x >>> 16)) * 0x85EBCA6B;
    x ^= (int) (key >>> 32);
    x = (x ^ (x >>> 13)) * 0xC2B2AE35;
    return x ^ (x >>> 16);
  }
}
