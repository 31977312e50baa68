package dev.tributary.engine.tensor;

import java.util.Arrays;

/** The lengths of a tensor's axes, outermost first; immutable. A scalar has rank 0 and size 1. */
public final class Shape {
  private final int[] lengths;
  private final int size;

  private Shape(int[] lengths) {
    long product = 1;
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException(
            "a tensor's axis must have a length >= 0, got " + Arrays.toString(lengths));
      }
      // Too many stay too many, short of the end of 64 bits.
      product = Math.min(product * length, 1L << 32);
    }
    if (product > Integer.MAX_VALUE) {
      throw tooLarge(Arrays.toString(lengths));
    }
    this.lengths = lengths;
    this.size = (int) product;
  }

  private static IllegalArgumentException tooLarge(String lengths) {
    return new IllegalArgumentException(
        "a tensor must have fewer than 2^31 elements, got the shape " + lengths);
  }

  /** The shape with these axis lengths, each &ge; 0 and together fewer than 2^31 elements. */
  public static Shape of(int... lengths) {
    return new Shape(lengths.clone());
  }

  /** The shape with these axis lengths, each &ge; 0 and together fewer than 2^31 elements. */
  public static Shape of(long[] lengths) {
    for (long length : lengths) {
      if (length > Integer.MAX_VALUE) {
        throw tooLarge(Arrays.toString(lengths));
      }
    }
    return new Shape(Arrays.stream(lengths).mapToInt(length -> (int) length).toArray());
  }

  /** The number of axes. */
  public int rank() {
    return lengths.length;
  }

  /** The length of axis {@code axis}; a negative axis counts from the last. */
  public int axis(int axis) {
    return lengths[axis < 0 ? axis + lengths.length : axis];
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  /**
   * The elements below one index of the first axis: the size of a row, or of one sample of a batch.
   */
  public int rowSize() {
    int product = 1;
    for (int i = 1; i < lengths.length; i++) {
      product *= lengths[i];
    }
    return product;
  }

  /** This shape with one more axis in front. */
  public Shape prepend(int length) {
    int[] longer = new int[lengths.length + 1];
    longer[0] = length;
    System.arraycopy(lengths, 0, longer, 1, lengths.length);
    return new Shape(longer);
  }

  /** A copy of the lengths. */
  public int[] toArray() {
    return lengths.clone();
  }

  /** A copy of the lengths as longs. */
  public long[] toLongs() {
    return Arrays.stream(lengths).asLongStream().toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(lengths, shape.lengths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(lengths);
  }

  /** For example {@code [3, 28, 28]}. */
  @Override
  public String toString() {
    return Arrays.toString(lengths);
  }
}
