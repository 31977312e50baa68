package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A place for a matrix of codes with its scales, filled again and again: once it has been filled
 * with its largest contents it allocates nothing more.
 *
 * <p>{@link #quantize} writes the codes at once, for a tensor that is used twice. {@link #prepare}
 * only looks at the ranges, and a product makes the codes while it reads the tensor, which must
 * keep its values until then: faster for a tensor that is used once. The codes are the same.
 *
 * <p>For one thread at a time.
 */
public final class QuantizedMatrix {
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  private static final float TINY = 0x1p-110f;

  /** Elements behind the last that C may read, in whole vectors. */
  private static final long SLACK = 64;

  private final String name;
  private final Loops loops;
  private final Buffer codes = new Buffer();
  private final Buffer factors = new Buffer();
  private final Buffer exponents = new Buffer();
  private final Buffer scales = new Buffer();
  private final Buffer maxima = new Buffer();
  private final Operand overRows;
  private final Operand overColumns;

  private MemorySegment values = MemorySegment.NULL;
  private boolean coded;
  private int rows;
  private int columns;
  private Axis reduction = Axis.COLUMNS;
  private Quantizer quantizer = Quantizer.perTensor(8);
  private Rounding rounding = Rounding.NEAREST;

  /**
   * An empty place.
   *
   * @param name of the tensor, for messages
   */
  public QuantizedMatrix(String name) {
    this(name, Loops.fastest());
  }

  QuantizedMatrix(String name, Loops loops) {
    this.name = name;
    this.loops = loops;
    this.overRows = new Operand(this, Axis.ROWS, Descriptor.allocate());
    this.overColumns = new Operand(this, Axis.COLUMNS, Descriptor.allocate());
    factors.atLeast(Float.BYTES);
    factors.segment().set(JAVA_FLOAT, 0, 1f);
    scales.atLeast(Double.BYTES);
    scales.segment().set(JAVA_DOUBLE, 0, 1);
  }

  /**
   * Quantises a float32 tensor seen as a row-major matrix.
   *
   * @param over the axis that products with these codes sum over; with one scale and no groups they
   *     may sum over the other, too
   */
  public void quantize(
      Tensor tensor, int rows, int columns, Axis over, Quantizer quantizer, Rounding rounding) {
    prepare(tensor, rows, columns, over, quantizer, rounding);
    codes();
  }

  /** Like {@link #quantize}, but leaves the codes to the product that reads the tensor. */
  public void prepare(
      Tensor tensor, int rows, int columns, Axis over, Quantizer quantizer, Rounding rounding) {
    if (tensor.isDouble() || (long) rows * columns != tensor.size()) {
      throw new IllegalArgumentException(
          "cannot quantise %s, %s, as a float32 matrix of %d x %d"
              .formatted(name, tensor, rows, columns));
    }
    this.values = tensor.memory();
    this.coded = false;
    this.rows = rows;
    this.columns = columns;
    this.reduction = over;
    this.quantizer = quantizer;
    this.rounding = rounding;
    if (quantizer.scaling() == Quantizer.Scaling.OUTER) {
      scaleOuter();
    } else if (quantizer.groups() > 1) {
      group();
    } else {
      scaleAll();
    }
    describe();
  }

  /**
   * Takes ready codes, row by row, with one scale.
   *
   * @param bits of the codes, which are in [-qmax, qmax]
   */
  public void set(byte[] given, int rows, int columns, int bits, double scale) {
    set(given, rows, columns, Axis.COLUMNS, Quantizer.perTensor(bits), new int[0], scale);
  }

  /**
   * Takes ready codes, row by row, with one scale and groups.
   *
   * @param over the axis of the groups
   * @param groupOf the exponent e_k of each index of that axis; empty without groups
   */
  public void set(
      byte[] given,
      int rows,
      int columns,
      Axis over,
      Quantizer quantizer,
      int[] groupOf,
      double scale) {
    if (given.length != rows * columns
        || groupOf.length != (quantizer.groups() > 1 ? over.length(rows, columns) : 0)) {
      throw new IllegalArgumentException(
          "%s: %d codes and %d exponents do not make a matrix of %d x %d with %d groups"
              .formatted(name, given.length, groupOf.length, rows, columns, quantizer.groups()));
    }
    for (byte code : given) {
      if (Math.abs(code) > quantizer.qmax()) {
        throw new IllegalArgumentException(
            "%s: codes of %d bits are at most %d, got %d"
                .formatted(name, quantizer.bits(), quantizer.qmax(), code));
      }
    }
    this.rows = rows;
    this.columns = columns;
    this.reduction = over;
    this.quantizer = quantizer;
    this.rounding = Rounding.NEAREST;
    MemorySegment.copy(given, 0, codes.atLeast(given.length), JAVA_BYTE, 0, given.length);
    exponents.atLeast(groupOf.length + SLACK);
    for (int k = 0; k < groupOf.length; k++) {
      exponents.segment().set(JAVA_BYTE, k, (byte) groupOf[k]);
    }
    scales.atLeast(Double.BYTES).set(JAVA_DOUBLE, 0, scale);
    coded = true;
    describe();
  }

  /** This matrix in a product that sums over {@code axis}; an error if its scales forbid it. */
  public Operand over(Axis axis) {
    if (axis != reduction && (quantizer.groups() > 1 || scales() > 1)) {
      throw new IllegalArgumentException(
          "%s has scales for sums over its %s, and cannot be summed over its %s; quantise it again"
              .formatted(name, reduction, axis));
    }
    return axis == Axis.ROWS ? overRows : overColumns;
  }

  /** The rows. */
  public int rows() {
    return rows;
  }

  /** The columns. */
  public int columns() {
    return columns;
  }

  /** The quantiser that it was filled by. */
  public Quantizer quantizer() {
    return quantizer;
  }

  /** The number of groups G. */
  public int groups() {
    return quantizer.groups();
  }

  /** The largest code there may be. */
  public int qmax() {
    return quantizer.qmax();
  }

  /** The number of scales: 1, or one for each outer index. */
  public int scales() {
    return quantizer.scaling() == Quantizer.Scaling.OUTER
        ? reduction.other().length(rows, columns)
        : 1;
  }

  /** Scale {@code i}, s_0 of the groups. */
  public double scale(int i) {
    return scales.segment().getAtIndex(JAVA_DOUBLE, i);
  }

  /** The exponent e_k of index {@code k} of the reduction, 0 to G-1. */
  public int exponent(int k) {
    return quantizer.groups() > 1 ? exponents.segment().get(JAVA_BYTE, k) : 0;
  }

  /** One code. */
  public int code(int row, int column) {
    return codes().get(JAVA_BYTE, (long) row * columns + column);
  }

  /** All codes, row by row, a byte each. */
  public MemorySegment codes() {
    if (!coded) {
      loops.codes(this, codes.atLeast((long) rows * columns));
      coded = true;
      describe();
    }
    return codes.segment();
  }

  /** What the C code needs to know of the matrix itself. */
  MemorySegment descriptor() {
    return overColumns.descriptor();
  }

  MemorySegment values() {
    return values;
  }

  Rounding rounding() {
    return rounding;
  }

  /** What the value of this element is multiplied with before it is rounded. */
  float factor(int row, int column) {
    long at =
        switch (factorAxis()) {
          case 1 -> row;
          case 2 -> column;
          default -> 0;
        };
    return factors.segment().getAtIndex(JAVA_FLOAT, at);
  }

  /** 0: one factor, 1: one for each row, 2: one for each column. */
  private int factorAxis() {
    if (quantizer.groups() == 1 && quantizer.scaling() == Quantizer.Scaling.TENSOR) {
      return 0;
    }
    Axis axis = quantizer.groups() > 1 ? reduction : reduction.other();
    return axis == Axis.ROWS ? 1 : 2;
  }

  private void scaleAll() {
    // By rows whatever the reduction: that is how the elements lie.
    float most = greatest(maxima(Axis.ROWS), rows);
    set(most, 0);
  }

  private void scaleOuter() {
    Axis outer = reduction.other();
    int count = outer.length(rows, columns);
    MemorySegment bits = maxima(outer);
    scales.atLeast((long) Double.BYTES * count);
    factors.atLeast(Float.BYTES * (count + SLACK));
    for (int i = 0; i < count; i++) {
      set(finite(bits.getAtIndex(JAVA_INT, i)), i);
    }
  }

  private void group() {
    int count = reduction.length(rows, columns);
    MemorySegment bits = maxima(reduction);
    float most = greatest(bits, count);
    factors.atLeast(Float.BYTES * (count + SLACK));
    set(most, 0);
    float factor = factors.segment().get(JAVA_FLOAT, 0);
    exponents.atLeast(count + SLACK);
    for (int k = 0; k < count; k++) {
      float range = Float.intBitsToFloat(bits.getAtIndex(JAVA_INT, k));
      int e = 0;
      // floor(log2(most / range)) > e, without rounding.
      while (e < quantizer.groups() - 1 && range <= most * power(-e - 1)) {
        e++;
      }
      exponents.segment().set(JAVA_BYTE, k, (byte) e);
      factors.segment().setAtIndex(JAVA_FLOAT, k, factor * power(e));
    }
  }

  private static float power(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  private void set(float most, int i) {
    boolean zero = most < TINY;
    scales.segment().setAtIndex(JAVA_DOUBLE, i, zero ? 1 : (double) most / quantizer.qmax());
    factors
        .segment()
        .setAtIndex(JAVA_FLOAT, i, zero ? 0 : (float) (quantizer.qmax() / (double) most));
  }

  private MemorySegment maxima(Axis axis) {
    MemorySegment bits = maxima.atLeast((long) Integer.BYTES * axis.length(rows, columns));
    loops.maxima(values, rows, columns, axis, bits);
    return bits;
  }

  private float greatest(MemorySegment bits, int count) {
    int most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, bits.getAtIndex(JAVA_INT, i));
    }
    return finite(most);
  }

  private float finite(int bits) {
    if (bits >= INFINITY) {
      throw notFinite();
    }
    return Float.intBitsToFloat(bits);
  }

  private IllegalArgumentException notFinite() {
    int at = 0;
    while (Float.isFinite(values.getAtIndex(JAVA_FLOAT, at))) {
      at++;
    }
    return new IllegalArgumentException(
        "cannot quantise %s: element [%d, %d] of %d x %d is %s and must be finite; a smaller"
                .formatted(
                    name,
                    at / columns,
                    at % columns,
                    rows,
                    columns,
                    values.getAtIndex(JAVA_FLOAT, at))
            + " learning rate or clipping may help");
  }

  private void describe() {
    describe(overRows.descriptor(), true);
    describe(overColumns.descriptor(), false);
  }

  private void describe(MemorySegment d, boolean sumsRows) {
    d.set(ADDRESS, Descriptor.VALUES, coded ? MemorySegment.NULL : values);
    d.set(ADDRESS, Descriptor.CODES, coded ? codes.segment() : MemorySegment.NULL);
    d.set(JAVA_LONG, Descriptor.ROWS, rows);
    d.set(JAVA_LONG, Descriptor.COLUMNS, columns);
    d.set(JAVA_LONG, Descriptor.REDUCE_ROWS, sumsRows ? 1 : 0);
    d.set(ADDRESS, Descriptor.FACTORS, factors.segment());
    d.set(JAVA_LONG, Descriptor.FACTOR_AXIS, factorAxis());
    d.set(JAVA_LONG, Descriptor.QMAX, quantizer.qmax());
    d.set(JAVA_LONG, Descriptor.STOCHASTIC, rounding.stochastic() ? 1 : 0);
    d.set(JAVA_LONG, Descriptor.KEY, rounding.key());
    d.set(
        ADDRESS,
        Descriptor.EXPONENTS,
        quantizer.groups() > 1 ? exponents.segment() : MemorySegment.NULL);
    d.set(JAVA_LONG, Descriptor.GROUPS, quantizer.groups());
    d.set(ADDRESS, Descriptor.SCALES, scales.segment());
    d.set(JAVA_LONG, Descriptor.SCALE_COUNT, scales());
  }
}
