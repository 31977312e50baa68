package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

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
  /** Columns up to which a matrix summed over its rows is quantised as a whole. */
  private static final int NARROW = 32;

  private final String name;
  private final Loops loops;
  private final Buffer codes;
  private final boolean lent;
  private final Scales scales = new Scales();
  private final Floats floats = new Floats();
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

  /**
   * An empty place whose codes lie where those of another do: filling one of them is the end of
   * what the other held.
   *
   * @param name of the tensor, for messages
   */
  public QuantizedMatrix(String name, QuantizedMatrix lender) {
    this(name, Loops.fastest(), lender.codes, true);
  }

  QuantizedMatrix(String name, Loops loops) {
    this(name, loops, new Buffer(), false);
  }

  private QuantizedMatrix(String name, Loops loops, Buffer codes, boolean lent) {
    this.name = name;
    this.loops = loops;
    this.codes = codes;
    this.lent = lent;
    this.overRows = new Operand(this, Axis.ROWS);
    this.overColumns = new Operand(this, Axis.COLUMNS);
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
   * Quantises float32 values that are no tensor of the engine's.
   *
   * @param floats native memory with {@code rows * columns} values in native order, row by row
   */
  public void quantize(
      MemorySegment floats,
      int rows,
      int columns,
      Axis over,
      Quantizer quantizer,
      Rounding rounding) {
    if (!floats.isNative() || floats.byteSize() < (long) Float.BYTES * rows * columns) {
      throw new IllegalArgumentException(
          "cannot quantise %s as a float32 matrix of %d x %d: it must be native memory of at least"
                  .formatted(name, rows, columns)
              + " so many values, got %s".formatted(floats));
    }
    place(floats, rows, columns, over, quantizer, rounding);
    scales.find(loops, this);
    describe();
    codes();
  }

  /**
   * Quantises to the nearest codes, in one pass rather than two where {@code believed} is the
   * tensor's largest magnitude. The pass finds that out for itself, and where it is another the
   * codes are made again: they never depend on the belief.
   *
   * @param one with one scale and no groups
   * @param believed any number; NaN for none
   * @return whether the belief was right
   */
  public boolean quantize(Tensor tensor, int rows, int columns, Quantizer one, float believed) {
    if (one.scaling() != Quantizer.Scaling.TENSOR || one.groups() > 1) {
      throw new IllegalArgumentException(
          "%s: one belief is about one scale, got %s".formatted(name, one));
    }
    if (!Float.isFinite(believed)) {
      quantize(tensor, rows, columns, Axis.COLUMNS, one, Rounding.NEAREST);
      return false;
    }
    place(tensor, rows, columns, Axis.COLUMNS, one, Rounding.NEAREST);
    int bits = Float.floatToRawIntBits(believed);
    scales.one(bits, this);
    describe();
    int found = loops.codesAndLargest(this, codes.atLeast((long) rows * columns));
    coded = found == bits;
    if (!coded) {
      scales.one(found, this);
      describe();
      codes();
      return false;
    }
    describe();
    return true;
  }

  /**
   * Like {@link #quantize}, but leaves the codes to the product that reads the tensor; except of
   * rows so short that quantising them one by one would take longer.
   */
  public void prepare(
      Tensor tensor, int rows, int columns, Axis over, Quantizer quantizer, Rounding rounding) {
    place(tensor, rows, columns, over, quantizer, rounding);
    scales.find(loops, this);
    describe();
    if (over == Axis.ROWS && columns <= NARROW) {
      codes();
    }
  }

  private void place(
      Tensor tensor, int rows, int columns, Axis over, Quantizer quantizer, Rounding rounding) {
    if (tensor.isDouble() || (long) rows * columns != tensor.size()) {
      throw new IllegalArgumentException(
          "cannot quantise %s, %s, as a float32 matrix of %d x %d"
              .formatted(name, tensor, rows, columns));
    }
    place(floats.values(tensor), rows, columns, over, quantizer, rounding);
  }

  private void place(
      MemorySegment floats,
      int rows,
      int columns,
      Axis over,
      Quantizer quantizer,
      Rounding rounding) {
    this.values = floats;
    this.coded = false;
    this.patches = null;
    shape(rows, columns, over, quantizer, rounding);
  }

  private void shape(
      int newRows, int newColumns, Axis over, Quantizer newQuantizer, Rounding newRounding) {
    this.rows = newRows;
    this.columns = newColumns;
    this.reduction = over;
    this.quantizer = newQuantizer;
    this.rounding = newRounding;
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
    shape(rows, columns, over, quantizer, Rounding.NEAREST);
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
    shape(newRows, newColumns, over, other.quantizer, Rounding.NEAREST);
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

  /** Whose codes they are, for messages. */
  String name() {
    return name;
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

  /** The bytes of native memory that this place holds, without codes that lie elsewhere. */
  public long bytes() {
    return (lent ? 0 : codes.bytes()) + scales.bytes() + floats.bytes();
  }

  /** What the C code needs to know of the matrix itself. */
  MemorySegment descriptor() {
    return overColumns.descriptor();
  }

  /** What codes are made of: floats, or an image's codes where there are patches. */
  MemorySegment values() {
    return values;
  }

  /** Whether codes are written. */
  boolean coded() {
    return coded;
  }

  /** The codes as far as they are written. */
  MemorySegment written() {
    return codes.segment();
  }

  /** {@link Patches#describe} of the patches; of meaning where there are any. */
  MemorySegment structure() {
    return structure;
  }

  /** Scales and exponents. */
  Scales scaling() {
    return scales;
  }

  /** The axis that the scales are for sums over. */
  Axis reduction() {
    return reduction;
  }

  /** What the rows are; null for a plain matrix. */
  @Nullable Patches patches() {
    return patches;
  }

  Rounding rounding() {
    return rounding;
  }

  private void describe() {
    overRows.describe();
    overColumns.describe();
  }
}
