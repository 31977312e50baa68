package dev.tributary.engine.data;

import dev.tributary.engine.tensor.Shape;

/** A view of some examples of another set. */
final class ExampleSubset implements Examples {
  private final Examples base;
  private final int[] indices;

  ExampleSubset(Examples base, int[] indices) {
    for (int index : indices) {
      if (index < 0 || index >= base.size()) {
        throw new IllegalArgumentException(
            "an example's index must be in [0, " + base.size() + "), got " + index);
      }
    }
    this.base = base;
    this.indices = indices;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Shape shape() {
    return base.shape();
  }

  @Override
  public int classes() {
    return base.classes();
  }

  @Override
  public int label(int index) {
    return base.label(indices[index]);
  }

  @Override
  public void read(int index, float[] target, int offset) {
    base.read(indices[index], target, offset);
  }
}
