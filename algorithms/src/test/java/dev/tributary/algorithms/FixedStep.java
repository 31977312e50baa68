package dev.tributary.algorithms;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.training.Step;

/** A step of epoch 0 at given weights, with a start and a gradient of zeros. */
public record FixedStep(
    ParameterLayout layout, int batch, Tensor weights, Tensor start, Tensor gradient)
    implements Step, AutoCloseable {

  /** A step at these trainable weights. */
  public static FixedStep at(ParameterLayout layout, int batch, float... weights) {
    Shape shape = Shape.of(layout.trainableSize());
    FixedStep step =
        new FixedStep(layout, batch, Tensor.zeros(shape), Tensor.zeros(shape), Tensor.zeros(shape));
    step.weights.copyIn(weights, shape.size());
    return step;
  }

  @Override
  public int epoch() {
    return 0;
  }

  @Override
  public void close() {
    weights.close();
    start.close();
    gradient.close();
  }
}
