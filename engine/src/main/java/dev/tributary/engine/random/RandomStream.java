package dev.tributary.engine.random;

import java.util.random.RandomGenerator;

/**
 * A counter-based random stream: draw {@code i} is a pure function of the key and {@code i}.
 *
 * <p>The function is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a Weyl sequence through a
 * 64-bit finaliser. All derived draws (bounded integers, floats, Gaussians) are defined here rather
 * than inherited, because the defaults of {@link RandomGenerator} may change with the JDK and the
 * bits of a run must not. Gaussians use {@link StrictMath} for the same reason.
 *
 * <p>Not safe for use by several threads at once; give each its own {@link Seeds} node.
 */
public final class RandomStream implements RandomGenerator {
  private static final long WEYL = 0x9E3779B97F4A7C15L;

  private final long key;
  private long counter;
  private double spareGaussian = Double.NaN;

  RandomStream(long key) {
    this.key = key;
  }

  /** The draw at place {@code index} (0-based), whatever has been drawn so far. */
  public long at(long index) {
    return mix(key + (index + 1) * WEYL);
  }

  @Override
  public long nextLong() {
    return at(counter++);
  }

  /** The next {@code to.length} draws of {@link #nextLong} at once, several to an instruction. */
  public void nextLongs(long[] to) {
    long from = key + (counter + 1) * WEYL;
    for (int i = 0; i < to.length; i++) {
      to[i] = mix(from + i * WEYL);
    }
    counter += to.length;
  }

  @Override
  public int nextInt() {
    return (int) (nextLong() >>> 32);
  }

  /** Uniform in [0, bound), exactly: draws that would bias the result are thrown away. */
  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("the bound of a random integer must be > 0, got " + bound);
    }
    while (true) {
      long draw = nextLong() >>> 32;
      long product = draw * bound;
      if ((product & 0xFFFFFFFFL) >= (0x100000000L % bound)) {
        return (int) (product >>> 32);
      }
    }
  }

  /** Uniform in [0, 1) on the grid of 2^-53. */
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [0, 1) on the grid of 2^-24. */
  @Override
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1.0p-24f;
  }

  @Override
  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  /** Normal with mean 0 and deviation 1, by Marsaglia's polar method. */
  @Override
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    while (true) {
      double u = 2 * nextDouble() - 1;
      double v = 2 * nextDouble() - 1;
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        double scale = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        spareGaussian = v * scale;
        return u * scale;
      }
    }
  }

  /**
   * A Gamma(shape, 1) draw, shape &gt; 0, by Marsaglia and Tsang (2000); the heart of a Dirichlet.
   */
  public double nextGamma(double shape) {
    if (!(shape > 0)) {
      throw new IllegalArgumentException("the shape of a Gamma draw must be > 0, got " + shape);
    }
    if (shape < 1) {
      return nextGamma(shape + 1) * StrictMath.pow(1 - nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3.0;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = nextGaussian();
      double v = 1 + c * x;
      v = v * v * v;
      if (v > 0
          && StrictMath.log(1 - nextDouble()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }

  /** The integers 0 to n-1 in random order (Fisher and Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    shuffle(order);
    return order;
  }

  /** Shuffles in place (Fisher and Yates). */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
