package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;

/**
 * What a continual method keeps, as tensors by name. Whole numbers are exact up to 2^24.
 *
 * <p>Not safe for several threads.
 */
public final class Memory {
  /** The largest whole number up to which float32 holds all: 2^24. */
  public static final int LARGEST_WHOLE = 1 << 24;

  private final ParameterLayout layout;
  private final float[] values;

  /** The tensors of {@code vector}, copied. */
  public Memory(ParameterVector vector) {
    this.layout = vector.layout();
    this.values = vector.toArray();
  }

  /** A copy of a tensor's values. */
  public float[] get(String name) {
    ParameterSpec spec = layout.spec(name);
    float[] copy = new float[spec.shape().size()];
    System.arraycopy(values, spec.offset(), copy, 0, copy.length);
    return copy;
  }

  /** Sets a tensor's first values; the rest keep theirs. */
  public void set(String name, float... tensor) {
    ParameterSpec spec = layout.spec(name);
    if (tensor.length > spec.shape().size()) {
      throw new IllegalArgumentException(
          "memory " + name + " has " + spec.shape().size() + " numbers, got " + tensor.length);
    }
    System.arraycopy(tensor, 0, values, spec.offset(), tensor.length);
  }

  /** A tensor's values as the whole numbers that {@link #setWhole} wrote. */
  public int[] getWhole(String name) {
    float[] tensor = get(name);
    int[] numbers = new int[tensor.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) tensor[i];
    }
    return numbers;
  }

  /**
   * Sets a tensor's first values to whole numbers.
   *
   * @throws IllegalStateException if one is outside [0, {@link #LARGEST_WHOLE}], which float32
   *     would round
   */
  public void setWhole(String name, int... numbers) {
    float[] tensor = new float[numbers.length];
    for (int i = 0; i < tensor.length; i++) {
      if (numbers[i] < 0 || numbers[i] > LARGEST_WHOLE) {
        throw new IllegalStateException(
            "memory %s must hold whole numbers in [0, %d], got %d; train on fewer examples or epochs"
                .formatted(name, LARGEST_WHOLE, numbers[i]));
      }
      tensor[i] = numbers[i];
    }
    set(name, tensor);
  }

  /** The whole as a value. */
  public ParameterVector vector() {
    return ParameterVector.of(layout, values);
  }
}
