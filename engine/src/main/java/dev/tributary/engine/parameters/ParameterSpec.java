package dev.tributary.engine.parameters;

import dev.tributary.engine.tensor.Shape;

/**
 * One named tensor of a model and its place in the flat vector.
 *
 * @param name unique in the model, dotted, for example {@code conv1.weight}
 * @param role what the tensor is for
 * @param shape its axes; weights of convolutions are [out, in, height, width], of dense layers
 *     [out, in]
 * @param offset its first element in the flat vector
 */
public record ParameterSpec(String name, Role role, Shape shape, int offset) {

  /** The number of elements. */
  public int size() {
    return shape.size();
  }

  /** One past the last element in the flat vector. */
  public int end() {
    return offset + shape.size();
  }
}
