package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** The scales of a matrix of codes, from the largest magnitudes of its values. */
final class Scales {
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  private static final float TINY = 0x1p-110f;

  /** Elements behind the last that C may read, in whole vectors. */
  private static final long SLACK = 64;

  private final Buffer factors = new Buffer();
  private final Buffer exponents = new Buffer();
  private final Buffer scales = new Buffer();

  /** Bits of the largest magnitudes of what scales are found for. */
  private final Buffer maxima = new Buffer();

  Scales() {
    factors.atLeast(Float.BYTES).set(JAVA_FLOAT, 0, 1f);
    scales.atLeast(Double.BYTES).set(JAVA_DOUBLE, 0, 1);
  }

  /** The bytes of all. */
  long bytes() {
    return factors.bytes() + exponents.bytes() + scales.bytes() + maxima.bytes();
  }

  /** What values are multiplied with before they are rounded. */
  MemorySegment factors() {
    return factors.segment();
  }

  /** e_k of each index of the reduction, a byte each; of meaning with groups only. */
  MemorySegment exponents() {
    return exponents.segment();
  }

  /** The scales, s_0 of the groups. */
  MemorySegment scales() {
    return scales.segment();
  }

  /**
   * Those of a matrix's values, as its quantiser wants them.
   *
   * @throws IllegalArgumentException if a value is not finite
   */
  void find(Loops loops, QuantizedMatrix m) {
    if (!found(loops, m)) {
      throw notFinite(m);
    }
  }

  private boolean found(Loops loops, QuantizedMatrix m) {
    Quantizer quantizer = m.quantizer();
    if (quantizer.scaling() == Quantizer.Scaling.OUTER) {
      Axis outer = m.reduction().other();
      return outer(maxima(loops, m, outer), length(m, outer), quantizer.qmax());
    }
    if (quantizer.groups() > 1) {
      MemorySegment largest = maxima(loops, m, m.reduction());
      return group(largest, length(m, m.reduction()), quantizer.qmax(), quantizer.groups());
    }
    return one(loops.largest(m.values(), (long) m.rows() * m.columns()), quantizer.qmax());
  }

  private MemorySegment maxima(Loops loops, QuantizedMatrix m, Axis axis) {
    MemorySegment bits = maxima.atLeast((long) Integer.BYTES * length(m, axis));
    loops.maxima(m.values(), m.rows(), m.columns(), axis, bits);
    return bits;
  }

  private static int length(QuantizedMatrix m, Axis axis) {
    return axis.length(m.rows(), m.columns());
  }

  /**
   * One scale from the bits of the matrix's largest magnitude.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  void one(int most, QuantizedMatrix m) {
    if (!one(most, m.qmax())) {
      throw notFinite(m);
    }
  }

  private boolean one(int most, int qmax) {
    if (most >= INFINITY) {
      return false;
    }
    set(Float.intBitsToFloat(most), 0, qmax);
    return true;
  }

  private static IllegalArgumentException notFinite(QuantizedMatrix m) {
    int at = 0;
    while (Float.isFinite(m.values().getAtIndex(JAVA_FLOAT, at))) {
      at++;
    }
    return new IllegalArgumentException(
        "cannot quantise %s: element [%d, %d] of %d x %d is %s and must be finite; a smaller"
                .formatted(
                    m.name(),
                    at / m.columns(),
                    at % m.columns(),
                    m.rows(),
                    m.columns(),
                    m.values().getAtIndex(JAVA_FLOAT, at))
            + " learning rate or clipping may help");
  }

  /** What the value of this element is multiplied with before it is rounded. */
  float factor(QuantizedMatrix m, int row, int column) {
    long at =
        switch (factorAxis(m)) {
          case 1 -> row;
          case 2 -> column;
          default -> 0;
        };
    return factors.segment().getAtIndex(JAVA_FLOAT, at);
  }

  /** 0: one factor, 1: one for each row, 2: one for each column. */
  static int factorAxis(QuantizedMatrix m) {
    if (m.groups() == 1 && m.quantizer().scaling() == Quantizer.Scaling.TENSOR) {
      return 0;
    }
    Axis axis = m.groups() > 1 ? m.reduction() : m.reduction().other();
    return axis == Axis.ROWS ? 1 : 2;
  }

  /**
   * One scale.
   *
   * @param maxima bits of the largest magnitudes of all parts
   * @return whether all are finite; without that nothing is set
   */
  private boolean all(MemorySegment maxima, int count, int qmax) {
    int most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, maxima.getAtIndex(JAVA_INT, i));
    }
    return one(most, qmax);
  }

  /** A scale for each of the outer indices; see {@link #all}. */
  private boolean outer(MemorySegment maxima, int count, int qmax) {
    scales.atLeast((long) Double.BYTES * count);
    factors.atLeast(Float.BYTES * (count + SLACK));
    for (int i = 0; i < count; i++) {
      int bits = maxima.getAtIndex(JAVA_INT, i);
      if (bits >= INFINITY) {
        return false;
      }
      set(Float.intBitsToFloat(bits), i, qmax);
    }
    return true;
  }

  /** One scale, and an exponent for each index of the reduction; see {@link #all}. */
  private boolean group(MemorySegment maxima, int count, int qmax, int groups) {
    factors.atLeast(Float.BYTES * (count + SLACK));
    if (!all(maxima, count, qmax)) {
      return false;
    }
    float most = 0;
    for (int k = 0; k < count; k++) {
      most = Math.max(most, maxima.getAtIndex(JAVA_FLOAT, k));
    }
    float factor = factors.segment().get(JAVA_FLOAT, 0);
    exponents.atLeast(count + SLACK);
    for (int k = 0; k < count; k++) {
      float range = maxima.getAtIndex(JAVA_FLOAT, k);
      int e = 0;
      // floor(log2(most / range)) > e, without rounding.
      while (e < groups - 1 && range <= most * power(-e - 1)) {
        e++;
      }
      exponents.segment().set(JAVA_BYTE, k, (byte) e);
      factors.segment().setAtIndex(JAVA_FLOAT, k, factor * power(e));
    }
    return true;
  }

  /** Given ones. */
  void set(double scale, int[] groupOf) {
    exponents.atLeast(groupOf.length + SLACK);
    for (int k = 0; k < groupOf.length; k++) {
      exponents.segment().set(JAVA_BYTE, k, (byte) groupOf[k]);
    }
    scales.atLeast(Double.BYTES).set(JAVA_DOUBLE, 0, scale);
  }

  /** Another matrix's one scale, with its exponents {@code times} times over. */
  void repeat(Scales other, int exponentCount, int times) {
    scales.atLeast(Double.BYTES).set(JAVA_DOUBLE, 0, other.scales().get(JAVA_DOUBLE, 0));
    exponents.atLeast((long) exponentCount * times + SLACK);
    for (int i = 0; exponentCount > 0 && i < times; i++) {
      MemorySegment.copy(
          other.exponents(), 0, exponents.segment(), (long) i * exponentCount, exponentCount);
    }
  }

  private static float power(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  private void set(float most, int i, int qmax) {
    boolean zero = most < TINY;
    scales.segment().setAtIndex(JAVA_DOUBLE, i, zero ? 1 : (double) most / qmax);
    factors.segment().setAtIndex(JAVA_FLOAT, i, zero ? 0 : (float) (qmax / (double) most));
  }
}
