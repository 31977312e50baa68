package dev.tributary.engine.data;

import dev.tributary.engine.tensor.Shape;

/**
 * Labelled examples in a fixed order, as training and evaluation see them: already prepared
 * (resized, scaled, normalised), read one at a time into a batch.
 *
 * <p>Implementations are immutable and safe to read from several threads.
 */
public interface Examples {

  /** The number of examples. */
  int size();

  /** The shape of one example, for images [channels, height, width]. */
  Shape shape();

  /** The number of classes; labels are 0 to classes-1. */
  int classes();

  /** The label of example {@code index}. */
  int label(int index);

  /** Writes the {@code shape().size()} features of example {@code index} at {@code offset}. */
  void read(int index, float[] target, int offset);

  /** The examples at these indices, in this order, without copying their features. */
  default Examples subset(int[] indices) {
    return new ExampleSubset(this, indices.clone());
  }
}
