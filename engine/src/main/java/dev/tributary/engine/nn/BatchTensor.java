package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Memory for a batch, and views of its first rows that are made once for each size of batch. */
public final class BatchTensor {
  private final Tensor full;
  private final @Nullable Tensor[] views;

  BatchTensor(Tensor full) {
    this.full = full;
    this.views = new Tensor[full.shape().axis(0) + 1];
  }

  /** The first {@code n} samples. */
  public Tensor rows(int n) {
    if (n < 1 || n >= views.length) {
      throw new IllegalArgumentException(
          "a batch must have 1 to "
              + (views.length - 1)
              + " samples, got "
              + n
              + "; build the network for larger batches");
    }
    Tensor view = views[n];
    if (view == null) {
      view = full.rows(n);
      views[n] = view;
    }
    return view;
  }

  /** The same memory with samples of another shape of the same size. */
  BatchTensor reshaped(Shape sample) {
    return new BatchTensor(full.reshape(sample.prepend(full.shape().axis(0))));
  }
}
