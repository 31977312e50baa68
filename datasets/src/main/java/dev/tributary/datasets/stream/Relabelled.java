package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.tensor.Shape;

/** The same examples under other labels. */
final class Relabelled implements Examples {
  private final Examples base;
  private final int[] labels;

  /**
   * A view that takes over the array.
   *
   * @param labels [examples], each in [0, classes)
   */
  Relabelled(Examples base, int[] labels) {
    this.base = base;
    this.labels = labels;
  }

  @Override
  public int size() {
    return base.size();
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
    return labels[index];
  }

  @Override
  public void read(int index, float[] target, int offset) {
    base.read(index, target, offset);
  }
}
