package dev.tributary.algorithms.continual;

import java.util.function.IntConsumer;

/** New examples, named by their index in {@link Lesson#seen}; a view that the next batch ends. */
public final class Batch {
  private final int[] indices;
  private final int size;

  /** The first {@code size} of these indices, at least one. */
  Batch(int[] indices, int size) {
    this.indices = indices;
    this.size = size;
  }

  /** The number of examples. */
  public int size() {
    return size;
  }

  /** The index of the {@code i}th example. */
  public int at(int i) {
    return indices[i];
  }

  /** Calls for the index of each example, in their order. */
  void forEach(IntConsumer action) {
    for (int i = 0; i < size; i++) {
      action.accept(indices[i]);
    }
  }
}
