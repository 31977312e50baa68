package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;

/**
 * A layer that stands for another and computes otherwise: name, shapes, parameters and initial
 * values are that one's, so weights fit both.
 */
public interface WrappedLayer extends LayerSpec {

  /** The layer that it stands for. */
  LayerSpec source();

  @Override
  default String name() {
    return source().name();
  }

  @Override
  default Shape input() {
    return source().input();
  }

  @Override
  default Shape output() {
    return source().output();
  }

  @Override
  default String describe() {
    return source().describe();
  }

  @Override
  default void declare(ParameterLayout.Builder layout) {
    source().declare(layout);
  }

  @Override
  default void initialize(Initialization values) {
    source().initialize(values);
  }
}
