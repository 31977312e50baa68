package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;

/** The same examples under other labels. */
final class Relabelled implements ExamplesView {
  private final Examples base;
  private final int classes;
  private final int[] labels;

  /** A view with labels of the same classes; see {@link #Relabelled(Examples, int, int[])}. */
  Relabelled(Examples base, int[] labels) {
    this(base, base.classes(), labels);
  }

  /**
   * A view that takes over the array.
   *
   * @param classes how many there are
   * @param labels [examples], each in [0, classes)
   */
  Relabelled(Examples base, int classes, int[] labels) {
    this.base = base;
    this.classes = classes;
    this.labels = labels;
  }

  @Override
  public Examples base() {
    return base;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }
}
