package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Tensors for a value and its gradient where planned work meets other layers, made when needed. */
final class Exchange {
  private final Workspace workspace;
  private final Shape sample;
  private @Nullable BatchTensor data;
  private @Nullable BatchTensor gradient;

  Exchange(Workspace workspace, Shape sample) {
    this.workspace = workspace;
    this.sample = sample;
  }

  /** The shape of one sample. */
  Shape sample() {
    return sample;
  }

  Tensor data(int batch) {
    if (data == null) {
      data = workspace.batch(sample);
    }
    return data.rows(batch);
  }

  Tensor gradient(int batch) {
    if (gradient == null) {
      gradient = workspace.batch(sample);
    }
    return gradient.rows(batch);
  }
}
