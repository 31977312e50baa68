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

  /** The whole as a value. */
  public ParameterVector vector() {
    return ParameterVector.of(layout, values);
  }
}
