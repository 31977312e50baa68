package dev.tributary.engine.nn;

import static dev.tributary.engine.integer.Axis.COLUMNS;
import static dev.tributary.engine.integer.Axis.ROWS;
import static dev.tributary.engine.nn.Workspace.Passing.GRADIENT;
import static dev.tributary.engine.nn.Workspace.Passing.TURNED_WEIGHT;

import dev.tributary.engine.integer.ChannelsLast;
import dev.tributary.engine.integer.IntegerGemm;
import dev.tributary.engine.integer.Patches;
import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.integer.QuantizedMatrix;
import dev.tributary.engine.integer.Rounding;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of {@link QuantizedConv2d} on images with their channels last.
 *
 * <p>All three products are of codes: an image is quantised once, a pixel by its own code, and its
 * patches are read off the codes. The input's gradient is a convolution again, of the output's
 * gradient, spread by the stride, with the kernel turned round; so no patches of floats are ever
 * written and added up.
 */
final class IntegerConvolution implements IntegerProducts {
  private final String name;
  private final Conv2d spec;
  private final Precision precision;
  private final Quantizers quantizers;
  private final int taps;
  private final Kernels kernels;
  private final IntegerGemm gemm;
  private final ChannelsLast order = new ChannelsLast();
  private final EffectiveWeight weight;
  private final Tensor bias;
  private final Tensor biasGradient;
  private final Tensor kernelsLast;
  private final Tensor kernelsLastGradient;
  private final QuantizedMatrix image;
  private final QuantizedMatrix patches;
  private final QuantizedMatrix w;
  private final QuantizedMatrix wBack;
  private final QuantizedMatrix turned;
  private final QuantizedMatrix dy;
  private final QuantizedMatrix dyImage;
  private final QuantizedMatrix dyPatches;
  private Patches up;
  private Patches down;

  IntegerConvolution(QuantizedConv2d quantized, Workspace workspace) {
    this.spec = quantized.source();
    this.name = spec.name();
    this.precision = quantized.precision();
    this.quantizers = Quantizers.of(precision);
    this.taps = spec.window().height() * spec.window().width();
    this.kernels = workspace.kernels();
    this.gemm = workspace.integers();
    this.weight = new EffectiveWeight(spec, workspace);
    this.bias = workspace.parameter(name + ".bias");
    this.biasGradient = workspace.gradient(name + ".bias");
    this.kernelsLast = workspace.tensor(weight.gradient().shape());
    this.kernelsLastGradient = workspace.tensor(weight.gradient().shape());
    this.image = workspace.codes("the input of " + name);
    this.patches = workspace.codes("the patches of " + name);
    this.w = workspace.codes("the weight of " + name);
    this.wBack =
        quantizers.up().equals(quantizers.back())
            ? w
            : workspace.codes("the weight of " + name + " on the way back");
    this.turned = workspace.passingCodes("the turned weight of " + name, TURNED_WEIGHT);
    this.dy = workspace.passingCodes("the output gradient of " + name, GRADIENT);
    this.dyImage = workspace.passingCodes("the output gradient of " + name, GRADIENT);
    this.dyPatches = workspace.codes("the output gradient's patches of " + name);
    this.up = up(1);
    this.down = down(1);
  }

  private Patches up(int n) {
    return Patches.forward(n, spec.input(), spec.window());
  }

  private Patches down(int n) {
    return Patches.backward(n, spec.input(), spec.channels(), spec.window());
  }

  /** {@code y = conv(x) + b}. */
  @Override
  public void forward(Tensor x, int n, Tensor y) {
    if (up.samples() != n) {
      up = up(n);
      down = down(n);
    }
    int in = spec.input().axis(0);
    order.turn(weight.refreshed(), spec.channels(), in, taps, kernelsLast);
    w.quantize(kernelsLast, spec.channels(), taps * in, COLUMNS, quantizers.up(), Rounding.NEAREST);
    image.quantize(x, up.pixels(), in, COLUMNS, quantizers.input(), Rounding.NEAREST);
    patches.unroll(image, up);
    gemm.multiply(patches.over(COLUMNS), w.over(COLUMNS), bias, y);
  }

  @Override
  public void backward(Tensor gradient, int n, @Nullable Tensor dx, Pass pass) {
    Seeds seeds = pass.seeds().child(name);
    int out = spec.channels();
    int in = spec.input().axis(0);
    kernels.columnSums(gradient, biasGradient);
    dy.prepare(
        gradient, up.rows(), out, ROWS, quantizers.across(), precision.rounding(seeds.child("dw")));
    gemm.multiply(dy.over(ROWS), patches.over(ROWS), null, kernelsLastGradient);
    order.turn(kernelsLastGradient, out, taps, in, weight.gradient());
    weight.backward();
    if (dx == null) {
      return;
    }
    if (wBack != w) {
      wBack.quantize(kernelsLast, out, taps * in, COLUMNS, quantizers.back(), Rounding.NEAREST);
    }
    turned.turn(wBack, taps);
    dyImage.quantize(
        gradient,
        down.pixels(),
        out,
        COLUMNS,
        quantizers.down(),
        precision.rounding(seeds.child("dx")));
    dyPatches.unroll(dyImage, down);
    gemm.multiply(dyPatches.over(COLUMNS), turned.over(ROWS), null, dx);
  }
}
