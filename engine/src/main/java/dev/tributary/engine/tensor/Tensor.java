package dev.tributary.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dense array in row-major order that ND4J and our own loops share: the same memory seen as an
 * {@link INDArray} and as a {@link MemorySegment}. On a GPU only ND4J can reach it: {@link #memory}
 * is refused there, and everything else goes through ND4J, more slowly.
 *
 * <p>A tensor is float32 (what trains) or float64 (what gradients are checked with). Views made by
 * {@link #view} and {@link #rows} alias their base. Only a tensor made by {@link #zeros} owns
 * memory; closing it ends all its views.
 */
public final class Tensor implements AutoCloseable {
  private final INDArray root;
  private final int offset;
  private final INDArray array;
  private final Shape shape;
  private final boolean owner;
  private final @Nullable MemorySegment memory;

  private Tensor(INDArray root, int offset, Shape shape, boolean owner) {
    this.root = root;
    this.offset = offset;
    this.shape = shape;
    this.owner = owner;
    this.array = owner ? root : alias(root, offset, shape);
    this.memory = HostMemory.segment(root, offset, shape.size());
  }

  /** A float32 tensor of zeros. */
  public static Tensor zeros(Shape shape) {
    return zeros(shape, DataType.FLOAT);
  }

  /** A tensor of zeros; the type is FLOAT or DOUBLE. */
  public static Tensor zeros(Shape shape, DataType type) {
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException("a tensor must be FLOAT or DOUBLE, got " + type);
    }
    return new Tensor(Nd4j.create(type, shape.toLongs()), 0, shape, true);
  }

  /** The axis lengths. */
  public Shape shape() {
    return shape;
  }

  /** The number of elements. */
  public int size() {
    return shape.size();
  }

  /** Whether the elements are float64 rather than float32. */
  public boolean isDouble() {
    return array.dataType() == DataType.DOUBLE;
  }

  /** The same memory as an ND4J array. */
  public INDArray array() {
    return array;
  }

  /**
   * The same memory as bytes in native order.
   *
   * @throws IllegalStateException unless {@link HostMemory#reachable}
   */
  public MemorySegment memory() {
    if (memory == null) {
      throw new IllegalStateException(
          "the memory of a tensor %s is a device's (%s) and cannot be read as bytes; copy it, or"
                  .formatted(this, Nd4j.getBackend().getClass().getSimpleName())
              + " compute with engine.kernels = nd4j");
    }
    return memory;
  }

  /** The {@code shape.size()} elements from {@code from} on, as a tensor that aliases this one. */
  public Tensor view(int from, Shape viewShape) {
    if (from < 0 || from + viewShape.size() > size()) {
      throw new IllegalArgumentException(
          "a view of " + viewShape + " at " + from + " does not fit in a tensor of shape " + shape);
    }
    return new Tensor(root, offset + from, viewShape, false);
  }

  /** The first {@code n} indices of the first axis, as a tensor that aliases this one. */
  public Tensor rows(int n) {
    if (n == shape.axis(0)) {
      return this;
    }
    int[] lengths = shape.toArray();
    lengths[0] = n;
    return view(0, Shape.of(lengths));
  }

  /** The same elements under another shape of the same size. */
  public Tensor reshape(Shape other) {
    if (other.size() != shape.size()) {
      throw new IllegalArgumentException("cannot see a tensor of shape " + shape + " as " + other);
    }
    return new Tensor(root, offset, other, false);
  }

  /** Element {@code index} in row-major order; allocates nothing on the CPU. */
  public double get(int index) {
    if (memory == null) {
      return flat().getDouble(index);
    }
    return isDouble()
        ? memory.getAtIndex(ValueLayout.JAVA_DOUBLE, index)
        : memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  /** Sets element {@code index} in row-major order; allocates nothing on the CPU. */
  public void put(int index, double value) {
    if (memory == null) {
      flat().putScalar(index, value);
    } else if (isDouble()) {
      memory.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
    } else {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
    }
  }

  /** Copies these values in, converting to the tensor's type. */
  public void set(float... values) {
    array.assign(Nd4j.createFromArray(values).castTo(array.dataType()).reshape(shape.toLongs()));
  }

  /** Copies these values in, converting to the tensor's type. */
  public void set(double... values) {
    array.assign(Nd4j.createFromArray(values).castTo(array.dataType()).reshape(shape.toLongs()));
  }

  /**
   * Copies the first {@code count} of {@code values} into the first elements, converting to the
   * tensor's type; allocates nothing on the CPU.
   */
  public void copyIn(float[] values, int count) {
    if (count > size()) {
      throw new IllegalArgumentException(
          "cannot copy " + count + " values into a tensor of shape " + shape);
    }
    if (memory == null) {
      INDArray given = Nd4j.createFromArray(Arrays.copyOf(values, count));
      alias(root, offset, Shape.of(count)).assign(given.castTo(array.dataType()));
    } else if (isDouble()) {
      for (int i = 0; i < count; i++) {
        memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, values[i]);
      }
    } else {
      MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, count);
    }
  }

  /**
   * Copies the first {@code count} elements to the start of {@code target}, rounding to float32;
   * allocates nothing on the CPU.
   */
  public void copyOut(float[] target, int count) {
    if (count > size()) {
      throw new IllegalArgumentException(
          "cannot copy " + count + " values out of a tensor of shape " + shape);
    }
    if (memory == null) {
      System.arraycopy(toFloats(), 0, target, 0, count);
    } else if (isDouble()) {
      for (int i = 0; i < count; i++) {
        target[i] = (float) memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
      }
    } else {
      MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, target, 0, count);
    }
  }

  /** Copies all elements of {@code source}, which has as many and the same type. */
  public void copyFrom(Tensor source) {
    if (source.size() != size() || source.isDouble() != isDouble()) {
      throw new IllegalArgumentException("cannot copy " + source + " into " + this);
    }
    if (memory == null || source.memory == null) {
      flat().assign(source.flat());
    } else {
      memory.copyFrom(source.memory);
    }
  }

  /** Sets all elements to zero. */
  public void clear() {
    if (memory == null) {
      array.assign(0);
    } else {
      memory.fill((byte) 0);
    }
  }

  /** A copy of the elements in row-major order. */
  public float[] toFloats() {
    return array.dup('c').data().asFloat();
  }

  /** A copy of the elements in row-major order. */
  public double[] toDoubles() {
    return array.dup('c').data().asDouble();
  }

  @Override
  public void close() {
    if (owner && !root.wasClosed()) {
      root.close();
    }
  }

  @Override
  public String toString() {
    return (isDouble() ? "float64" : "float32") + shape;
  }

  private static INDArray alias(INDArray root, int offset, Shape shape) {
    long[] lengths = shape.toLongs();
    return Nd4j.create(
        root.data(), lengths, Nd4j.getStrides(lengths, 'c'), offset, 'c', root.dataType());
  }

  private INDArray flat() {
    return alias(root, offset, Shape.of(size()));
  }
}
