package dev.tributary.engine.nn;

import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;

/**
 * A layer whose products are those of integers: its source with the same name, parameters and
 * initial values, computed otherwise.
 */
public sealed interface QuantizedLayer extends LayerSpec permits QuantizedConv2d, QuantizedDense {

  /** The layer in float32. */
  LayerSpec source();

  /** Bits and scales. */
  Precision precision();

  /** {@code layer} itself, or the source of a quantised one. */
  static LayerSpec source(LayerSpec layer) {
    return layer instanceof QuantizedLayer quantized ? quantized.source() : layer;
  }

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
    Precision p = precision();
    return "int%d/%d/%d %s"
        .formatted(p.weights(), p.activations(), p.gradients(), source().describe());
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
