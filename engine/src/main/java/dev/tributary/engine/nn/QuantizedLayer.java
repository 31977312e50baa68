package dev.tributary.engine.nn;

import dev.tributary.engine.integer.Precision;

/**
 * A layer whose products are those of integers: its source with the same name, parameters and
 * initial values, computed otherwise.
 */
public sealed interface QuantizedLayer extends WrappedLayer
    permits QuantizedConv2d, QuantizedDense {

  /** Bits and scales. */
  Precision precision();

  /** {@code layer} itself, or the source of a quantised one. */
  static LayerSpec source(LayerSpec layer) {
    return layer instanceof QuantizedLayer quantized ? quantized.source() : layer;
  }

  @Override
  default String describe() {
    Precision p = precision();
    return "int%d/%d/%d %s"
        .formatted(p.weights(), p.activations(), p.gradients(), source().describe());
  }
}
