package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with a bias, optionally with scaled weight standardisation.
 *
 * <p>Parameters: {@code NAME.weight} [out, in, height, width], {@code NAME.bias} [out] and, with
 * standardisation, {@code NAME.gain} [out]. What is trained, sent and averaged is always the raw
 * weight; it is standardised anew at every step.
 *
 * @param name the layer's name
 * @param input [channels, height, width] of one sample
 * @param channels the number of output channels, &ge; 1
 * @param window kernel, stride and padding
 * @param standardization how weights are standardised, or null for a plain convolution
 */
public record Conv2d(
    String name,
    Shape input,
    int channels,
    Window window,
    @Nullable WeightStandardization standardization)
    implements LayerSpec {

  /** Checks that the input is an image and that the window fits. */
  public Conv2d {
    Images.require(name, input);
    if (channels < 1) {
      throw new IllegalArgumentException(
          name + ": the number of output channels must be >= 1, got " + channels);
    }
    Images.output(name, input, channels, window);
  }

  @Override
  public Shape output() {
    return Images.output(name, input, channels, window);
  }

  @Override
  public String describe() {
    return "%sconv %dx%d, %d -> %d, stride %d, padding %d"
        .formatted(
            standardization == null ? "" : "weight-standardized ",
            window.height(),
            window.width(),
            input.axis(0),
            channels,
            window.strideHeight(),
            window.padHeight());
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    layout.add(name + ".weight", Role.WEIGHT, weightShape());
    layout.add(name + ".bias", Role.BIAS, Shape.of(channels));
    if (standardization != null) {
      layout.add(name + ".gain", Role.GAIN, Shape.of(channels));
    }
  }

  @Override
  public void initialize(Initialization values) {
    values.fanIn(name + ".weight", name + ".bias", weightShape().rowSize());
    if (standardization != null) {
      values.constant(name + ".gain", 1f);
    }
  }

  @Override
  public Layer build(Workspace workspace) {
    return standardization == null
        ? new Plain(this, workspace, workspace.parameter(name + ".weight"), gradient(workspace))
        : new Standardized(this, standardization, workspace);
  }

  private Tensor gradient(Workspace workspace) {
    return workspace.gradient(name + ".weight");
  }

  private Shape weightShape() {
    return Shape.of(channels, input.axis(0), window.height(), window.width());
  }

  private static final class Plain implements Layer {
    private final Kernels kernels;
    private final Window window;
    private final Tensor weight;
    private final Tensor weightGradient;
    private final Tensor bias;
    private final Tensor biasGradient;
    private final BatchTensor output;
    private final @Nullable BatchTensor down;
    private @Nullable Tensor x;

    Plain(Conv2d spec, Workspace workspace, Tensor weight, Tensor weightGradient) {
      this.kernels = workspace.kernels();
      this.window = spec.window;
      this.weight = weight;
      this.weightGradient = weightGradient;
      this.bias = workspace.parameter(spec.name + ".bias");
      this.biasGradient = workspace.gradient(spec.name + ".bias");
      this.output = workspace.batch(spec.output());
      this.down = workspace.inputGradient() ? workspace.batch(spec.input) : null;
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      kernels.conv2d(input, weight, bias, window, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      Tensor dx = down == null ? null : down.rows(dy.shape().axis(0));
      kernels.conv2dBackward(
          Order.forwardFirst(x), weight, dy, window, dx, weightGradient, biasGradient);
      return dx == null ? dy : dx;
    }
  }

  private static final class Standardized implements Layer {
    private final Kernels kernels;
    private final WeightStandardization rule;
    private final Tensor raw;
    private final Tensor rawGradient;
    private final Tensor gain;
    private final Tensor gainGradient;
    private final Tensor standardized;
    private final Tensor standardizedGradient;
    private final Plain convolution;

    Standardized(Conv2d spec, WeightStandardization rule, Workspace workspace) {
      this.kernels = workspace.kernels();
      this.rule = rule;
      this.raw = workspace.parameter(spec.name + ".weight");
      this.rawGradient = spec.gradient(workspace);
      this.gain = workspace.parameter(spec.name + ".gain");
      this.gainGradient = workspace.gradient(spec.name + ".gain");
      this.standardized = workspace.tensor(raw.shape());
      this.standardizedGradient = workspace.tensor(raw.shape());
      this.convolution = new Plain(spec, workspace, standardized, standardizedGradient);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      kernels.standardizeRows(raw, gain, rule.ddof(), rule.floor(), standardized);
      return convolution.forward(x, pass);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      Tensor dx = convolution.backward(dy, pass);
      kernels.standardizeRowsBackward(
          raw, gain, rule.ddof(), rule.floor(), standardizedGradient, rawGradient, gainGradient);
      return dx;
    }
  }
}
