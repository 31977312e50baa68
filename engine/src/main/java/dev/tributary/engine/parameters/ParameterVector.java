package dev.tributary.engine.parameters;

import dev.tributary.engine.hash.Sha256;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * All numbers of a model (or of a {@linkplain ParameterSubset part} of it) as one flat float32
 * vector with its layout: the value that algorithms reason about, that messages carry and that
 * checkpoints hold.
 *
 * <p>It is an immutable value: no method changes it and its array is not handed out, so it may be
 * shared between threads. The live weights of a network in training are a {@link
 * dev.tributary.engine.tensor.Tensor} on the engine's device; this is what enters and leaves.
 *
 * <p><b>Sign of a delta.</b> Everywhere in the project {@code delta = trained - start}, and the
 * server adds it.
 */
public final class ParameterVector {
  private static final ValueLayout.OfFloat FLOAT_LE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ParameterLayout layout;
  private final float[] values;

  /** Takes ownership of {@code values}. */
  ParameterVector(ParameterLayout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "a vector of "
              + layout
              + " must have "
              + layout.size()
              + " elements, got "
              + values.length);
    }
    this.layout = layout;
    this.values = values;
  }

  /** A vector with a copy of these values, in the order of the layout's offsets. */
  public static ParameterVector of(ParameterLayout layout, float... values) {
    return new ParameterVector(layout, values.clone());
  }

  /** The elements {@code units[i] * unit}, each rounded once to float32: a sum in fixed point. */
  public static ParameterVector ofFixedPoint(ParameterLayout layout, long[] units, double unit) {
    float[] values = new float[units.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (units[i] * unit);
    }
    return new ParameterVector(layout, values);
  }

  /**
   * What {@code writer} writes into an array of as many zeros as the layout has elements; it must
   * not keep the array.
   */
  public static ParameterVector written(ParameterLayout layout, Consumer<float[]> writer) {
    float[] values = new float[layout.size()];
    writer.accept(values);
    return new ParameterVector(layout, values);
  }

  /** All zeros. */
  public static ParameterVector zeros(ParameterLayout layout) {
    return new ParameterVector(layout, new float[layout.size()]);
  }

  /** Reads {@code 4 * layout.size()} little-endian bytes from the start of {@code bytes}. */
  public static ParameterVector read(ParameterLayout layout, MemorySegment bytes) {
    float[] values = new float[layout.size()];
    MemorySegment.copy(bytes, FLOAT_LE, 0, values, 0, values.length);
    return new ParameterVector(layout, values);
  }

  /**
   * Reads {@code 4 * layout.size()} little-endian bytes between the buffer's position and limit.
   */
  public static ParameterVector read(ParameterLayout layout, ByteBuffer bytes) {
    return read(layout, MemorySegment.ofBuffer(bytes));
  }

  /** What each element means. */
  public ParameterLayout layout() {
    return layout;
  }

  /** The number of elements. */
  public int size() {
    return values.length;
  }

  /** The element at {@code index}. */
  public float get(int index) {
    return values[index];
  }

  /** Writes the values as {@code 4 * size()} little-endian bytes at the start of {@code bytes}. */
  public void write(MemorySegment bytes) {
    write(0, bytes);
  }

  /**
   * Writes the values from {@code from} on as little-endian bytes at the start of {@code bytes}.
   */
  public void write(int from, MemorySegment bytes) {
    MemorySegment.copy(values, from, bytes, FLOAT_LE, 0, values.length - from);
  }

  /** The values as {@code 4 * size()} little-endian bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[Math.multiplyExact(Float.BYTES, values.length)];
    write(MemorySegment.ofArray(bytes));
    return bytes;
  }

  /** Copies {@code count} elements from {@code from} on to the start of {@code target}. */
  public void copyTo(int from, float[] target, int count) {
    System.arraycopy(values, from, target, 0, count);
  }

  /** A copy of the values. */
  public float[] toArray() {
    return values.clone();
  }

  /** A copy of one tensor's values. */
  public float[] toArray(ParameterSpec spec) {
    return Arrays.copyOfRange(values, spec.offset(), spec.end());
  }

  /** {@code this - other}, elementwise. */
  public ParameterVector minus(ParameterVector other) {
    other.require(layout);
    float[] difference = new float[values.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = values[i] - other.values[i];
    }
    return new ParameterVector(layout, difference);
  }

  /** {@code this + other}, elementwise. */
  public ParameterVector plus(ParameterVector other) {
    other.require(layout);
    float[] sum = new float[values.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = values[i] + other.values[i];
    }
    return new ParameterVector(layout, sum);
  }

  /** The index of the first element that is NaN or infinite, or -1. */
  public int firstNonFinite() {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** The Euclidean norm, summed in double precision in index order. */
  public double norm() {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  /** SHA-256 of the little-endian bytes, in hexadecimal: equal exactly when the bits are. */
  public String sha256() {
    return Sha256.hex(toBytes());
  }

  /** Throws unless this vector has exactly that layout. */
  public void require(ParameterLayout expected) {
    if (!layout.equals(expected)) {
      throw new IllegalArgumentException(
          "expected a vector of " + expected + ", got one of " + layout);
    }
  }

  /** Equal layouts and equal bits (so NaN equals NaN and 0.0 differs from -0.0). */
  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterVector vector
        && layout.equals(vector.layout)
        && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "vector of " + layout;
  }

  float[] values() {
    return values;
  }
}
