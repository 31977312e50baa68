package dev.tributary.benchmarks.layers;

import dev.tributary.engine.nn.Conv2d;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.nn.LayerSpec;

/**
 * What a pass through a layer cannot do without.
 *
 * @param amount operations or bytes
 * @param unit of {@code amount} a nanosecond: {@code GFLOP/s} or {@code GB/s}
 */
record Effort(double amount, String unit) {

  /**
   * Convolutions and dense layers by their multiplications and additions; going back there are
   * twice as many, for the gradients of inputs and weights. All others by the bytes of the tensors
   * that they read and write once: input and output; going back the output's gradient, the input,
   * and the input's gradient.
   */
  static Effort of(LayerSpec layer, int batch, boolean backward) {
    double in = (double) batch * layer.input().size();
    double out = (double) batch * layer.output().size();
    return switch (layer) {
      case Conv2d conv ->
          flops(
              out * conv.input().axis(0) * conv.window().height() * conv.window().width(),
              backward);
      case Dense dense -> flops(out * dense.inputs(), backward);
      default -> new Effort(Float.BYTES * (backward ? out + 2 * in : in + out), "GB/s");
    };
  }

  private static Effort flops(double multiplications, boolean backward) {
    return new Effort((backward ? 4 : 2) * multiplications, "GFLOP/s");
  }
}
