package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

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
  private final String name;
  private final Loops loops;
  private final Buffer codes = new Buffer();
  private final Scales scales = new Scales();
  private final Buffer maxima = new Buffer();
  private final Operand overRows;
  private final Operand overColumns;

  /** What codes are made of: floats, or an image's codes where there are patches. */
  private MemorySegment values = MemorySegment.NULL;

  private @Nullable Patches patches;
  private MemorySegment structure = MemorySegment.NULL;
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

  /**
   * Quantises to the nearest codes with one scale, in one pass rather than two where {@code
   * believed} is the tensor's largest magnitude. The pass finds that out for itself, and where it
   * is another the codes are made again: they never depend on the belief.
   *
   * @param believed any number; NaN for none
   * @return whether the belief was right
   */
  public boolean quantize(Tensor tensor, int rows, int columns, int bits, float believed) {
    Quantizer one = Quantizer.perTensor(bits);
    if (!Float.isFinite(believed)) {
      quantize(tensor, rows, columns, Axis.COLUMNS, one, Rounding.NEAREST);
      return false;
    }
    place(tensor, rows, columns, Axis.COLUMNS, one, Rounding.NEAREST);
    MemorySegment largest = maxima.atLeast(Integer.BYTES);
    largest.set(JAVA_FLOAT, 0, believed);
    scales.all(largest, 1, one.qmax());
    describe();
    int found = loops.codesAndLargest(this, codes.atLeast((long) rows * columns));
    coded = found == Float.floatToRawIntBits(believed);
    if (coded) {
      describe();
      return true;
    }
    largest.set(JAVA_INT, 0, found);
    finish(scales.all(largest, 1, one.qmax()));
    codes();
    return false;
  }

  /** Like {@link #quantize}, but leaves the codes to the product that reads the tensor. */
  public void prepare(
      Tensor tensor, int rows, int columns, Axis over, Quantizer quantizer, Rounding rounding) {
    place(tensor, rows, columns, over, quantizer, rounding);
    finish(scale());
  }

  private void place(
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
    this.patches = null;
  }

  private void finish(boolean finite) {
    if (!finite) {
      throw notFinite();
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
    scales.set(scale, groupOf);
    patches = null;
    coded = true;
    describe();
  }

  /**
   * Becomes the patches of an image's codes, with its scale and its channels' groups. The codes are
   * read when they are needed and must stay until then; our own kernels never write the patches.
   *
   * @param image codes of [pixels, channels], with one scale or groups of the channels
   */
  public void unroll(QuantizedMatrix image, Patches of) {
    if (image.rows != of.pixels() || image.columns != of.channels() || image.scales() > 1) {
      throw new IllegalArgumentException(
          "%s: %d x %d codes with %d scales are no images for %s"
              .formatted(name, image.rows, image.columns, image.scales(), of));
    }
    this.values = image.codes();
    if (!of.equals(patches)) {
      structure = of.describe();
    }
    structure.set(ADDRESS, 0, values);
    this.patches = of;
    this.coded = false;
    become(image, of.rows(), of.columns(), Axis.COLUMNS, of.columns() / of.channels());
  }

  /**
   * Becomes the kernels of a convolution turned round, for sums over [height][width][output
   * channel], from codes of [output channel][height][width][channel] with one scale.
   *
   * @param taps height times width
   */
  public void turn(QuantizedMatrix kernels, int taps) {
    int channels = kernels.columns / taps;
    MemorySegment from = kernels.codes();
    MemorySegment to = codes.atLeast((long) kernels.rows * kernels.columns);
    for (int o = 0; o < kernels.rows; o++) {
      for (int tap = 0; tap < taps; tap++) {
        long at = ((long) (taps - 1 - tap) * kernels.rows + o) * channels;
        MemorySegment.copy(from, ((long) o * taps + tap) * channels, to, at, channels);
      }
    }
    this.patches = null;
    this.coded = true;
    become(kernels, taps * kernels.rows, channels, Axis.ROWS, 0);
  }

  private void become(QuantizedMatrix other, int newRows, int newColumns, Axis over, int repeated) {
    this.rows = newRows;
    this.columns = newColumns;
    this.reduction = over;
    this.quantizer = other.quantizer;
    this.rounding = Rounding.NEAREST;
    scales.repeat(other.scales, other.groups() > 1 ? other.columns : 0, repeated);
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
    return scales.scales().getAtIndex(JAVA_DOUBLE, i);
  }

  /** The exponent e_k of index {@code k} of the reduction, 0 to G-1. */
  public int exponent(int k) {
    return quantizer.groups() > 1 ? scales.exponents().get(JAVA_BYTE, k) : 0;
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

  /** What the rows are; null for a plain matrix. */
  @Nullable Patches patches() {
    return patches;
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
    return scales.factors().getAtIndex(JAVA_FLOAT, at);
  }

  /** 0: one factor, 1: one for each row, 2: one for each column. */
  private int factorAxis() {
    if (quantizer.groups() == 1 && quantizer.scaling() == Quantizer.Scaling.TENSOR) {
      return 0;
    }
    Axis axis = quantizer.groups() > 1 ? reduction : reduction.other();
    return axis == Axis.ROWS ? 1 : 2;
  }

  private boolean scale() {
    int qmax = quantizer.qmax();
    if (quantizer.scaling() == Quantizer.Scaling.OUTER) {
      Axis outer = reduction.other();
      return scales.outer(maxima(outer), outer.length(rows, columns), qmax);
    }
    if (quantizer.groups() > 1) {
      int count = reduction.length(rows, columns);
      return scales.group(maxima(reduction), count, qmax, quantizer.groups());
    }
    // By rows whatever the reduction: that is how the elements lie.
    return scales.all(maxima(Axis.ROWS), rows, qmax);
  }

  private MemorySegment maxima(Axis axis) {
    MemorySegment bits = maxima.atLeast((long) Integer.BYTES * axis.length(rows, columns));
    loops.maxima(values, rows, columns, axis, bits);
    return bits;
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
    boolean floats = !coded && patches == null;
    d.set(ADDRESS, Descriptor.VALUES, floats ? values : MemorySegment.NULL);
    d.set(ADDRESS, Descriptor.CODES, coded ? codes.segment() : MemorySegment.NULL);
    d.set(JAVA_LONG, Descriptor.ROWS, rows);
    d.set(JAVA_LONG, Descriptor.COLUMNS, columns);
    d.set(JAVA_LONG, Descriptor.REDUCE_ROWS, sumsRows ? 1 : 0);
    d.set(ADDRESS, Descriptor.FACTORS, scales.factors());
    d.set(JAVA_LONG, Descriptor.FACTOR_AXIS, factorAxis());
    d.set(JAVA_LONG, Descriptor.QMAX, quantizer.qmax());
    d.set(JAVA_LONG, Descriptor.STOCHASTIC, rounding.stochastic() ? 1 : 0);
    d.set(JAVA_LONG, Descriptor.KEY, rounding.key());
    d.set(
        ADDRESS,
        Descriptor.EXPONENTS,
        quantizer.groups() > 1 ? scales.exponents() : MemorySegment.NULL);
    d.set(JAVA_LONG, Descriptor.GROUPS, quantizer.groups());
    d.set(ADDRESS, Descriptor.SCALES, scales.scales());
    d.set(JAVA_LONG, Descriptor.SCALE_COUNT, scales());
    d.set(ADDRESS, Descriptor.PATCHES, patches == null ? MemorySegment.NULL : structure);
  }
}
