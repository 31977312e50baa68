package dev.tributary.engine.nn;

import static dev.tributary.engine.integer.Axis.COLUMNS;
import static dev.tributary.engine.integer.Axis.ROWS;
import static dev.tributary.engine.nn.Workspace.Passing.GRADIENT;

import dev.tributary.engine.integer.IntegerGemm;
import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.integer.QuantizedMatrix;
import dev.tributary.engine.integer.Quantizer;
import dev.tributary.engine.integer.Rounding;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of {@link QuantizedDense}. Where the pass descends, the float32 weights take their
 * step inside the product that would give their gradient, which is then neither written nor read.
 */
final class IntegerDense implements IntegerProducts {
  private final String name;
  private final int inputs;
  private final int outputs;
  private final Precision precision;
  private final Quantizers quantizers;
  private final Kernels kernels;
  private final IntegerGemm gemm;
  private final Tensor weight;
  private final Tensor weightGradient;
  private final Tensor bias;
  private final Tensor biasGradient;
  private final QuantizedMatrix x;
  private final QuantizedMatrix w;
  private final QuantizedMatrix wBack;
  private final QuantizedMatrix dy;

  /** The weights' largest magnitude when they last took a step here; who knows who moves them. */
  private float believed = Float.NaN;

  IntegerDense(QuantizedDense quantized, Workspace workspace) {
    Dense spec = quantized.source();
    this.name = spec.name();
    this.inputs = spec.inputs();
    this.outputs = spec.outputs();
    this.precision = quantized.precision();
    this.quantizers = Quantizers.of(precision);
    this.kernels = workspace.kernels();
    this.gemm = workspace.integers();
    workspace.movesItself(name + ".weight");
    this.weight = workspace.parameter(name + ".weight");
    this.weightGradient = workspace.gradient(name + ".weight");
    this.bias = workspace.parameter(name + ".bias");
    this.biasGradient = workspace.gradient(name + ".bias");
    this.x = workspace.codes("the input of " + name);
    this.w = workspace.codes("the weight of " + name);
    this.wBack =
        quantizers.up().equals(quantizers.back())
            ? w
            : workspace.codes("the weight of " + name + " on the way back");
    this.dy = workspace.passingCodes("the output gradient of " + name, GRADIENT);
  }

  /** {@code y = x W' + b}. */
  @Override
  public void forward(Tensor input, int n, Tensor y) {
    x.quantize(input, n, inputs, COLUMNS, quantizers.input(), Rounding.NEAREST);
    quantizeWeight(w, quantizers.up());
    gemm.multiply(x.over(COLUMNS), w.over(COLUMNS), bias, y);
  }

  private void quantizeWeight(QuantizedMatrix to, Quantizer quantizer) {
    if (quantizer.scaling() == Quantizer.Scaling.OUTER) {
      to.quantize(weight, outputs, inputs, COLUMNS, quantizer, Rounding.NEAREST);
    } else if (!to.quantize(weight, outputs, inputs, quantizer, believed)) {
      believed = Float.NaN;
    }
  }

  @Override
  public void backward(Tensor gradient, int n, @Nullable Tensor dx, Pass pass) {
    Seeds seeds = pass.seeds().child(name);
    kernels.columnSums(gradient, biasGradient);
    if (dx != null) {
      if (wBack != w) {
        quantizeWeight(wBack, quantizers.back());
      }
      dy.prepare(
          gradient, n, outputs, COLUMNS, quantizers.down(), precision.rounding(seeds.child("dx")));
      gemm.multiply(dy.over(COLUMNS), wBack.over(ROWS), null, dx);
    }
    dy.prepare(
        gradient, n, outputs, ROWS, quantizers.across(), precision.rounding(seeds.child("dw")));
    if (pass.descends()) {
      believed = gemm.addForLargest(dy.over(ROWS), x.over(ROWS), -pass.rate(), weight);
    } else {
      gemm.multiply(dy.over(ROWS), x.over(ROWS), null, weightGradient);
    }
  }
}
