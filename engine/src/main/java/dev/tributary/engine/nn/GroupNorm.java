package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Group normalisation (Wu and He, 2018): each group of channels of each sample by its own mean and
 * biased variance, then a learned scale and shift per channel. One group is layer normalisation
 * (over channels and space, scale and shift per channel), a group per channel instance
 * normalisation (Ulyanov, Vedaldi and Lempitsky, 2016).
 *
 * <p>Parameters, each [c]: {@code NAME.scale}, {@code NAME.shift}; none where it is not affine.
 *
 * @param name the layer's name
 * @param input [channels] or [channels, height, width] of one sample
 * @param groups how many groups of equal size, a divisor of the channels
 * @param eps added to the variance under the root, &gt; 0
 * @param affine whether a scale and a shift per channel are learned
 */
public record GroupNorm(String name, Shape input, int groups, double eps, boolean affine)
    implements LayerSpec {

  /** Checks the ranges. */
  public GroupNorm {
    Norms.require(name, input, eps);
    Norms.requireGroups(name, input, groups);
  }

  /** With scale and shift. */
  public GroupNorm(String name, Shape input, int groups, double eps) {
    this(name, input, groups, eps, true);
  }

  /**
   * Instance normalisation: each channel of each sample by itself, eps 1e-5.
   *
   * @param input [channels, height, width], at least 2 positions
   */
  public static GroupNorm instance(String name, Shape input) {
    if (input.rank() < 1 || input.size() < 2 * input.axis(0)) {
      throw new IllegalArgumentException(
          name
              + ": instance normalisation needs at least 2 positions per channel, got samples of"
              + " shape "
              + input
              + "; use normalization = layer or group, or larger images");
    }
    return new GroupNorm(name, input, input.axis(0), 1e-5);
  }

  /** Layer normalisation: one group, eps 1e-5. */
  public static GroupNorm layer(String name, Shape input) {
    return new GroupNorm(name, input, 1, 1e-5);
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    String kind =
        groups == 1
            ? "layer norm, " + input.axis(0) + " channels"
            : "group norm, " + input.axis(0) + " channels in " + groups + " groups";
    return kind + (affine ? "" : ", no scale and shift");
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    if (affine) {
      Affine.declare(name, input, layout);
    }
  }

  @Override
  public void initialize(Initialization values) {
    if (affine) {
      values.constant(name + ".scale", 1f);
    }
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final GroupNorm spec;
    private final Kernels kernels;
    private final Affine affine;
    private final BatchTensor output;
    private @Nullable Tensor x;

    Live(GroupNorm spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.affine = Affine.of(spec.affine, spec.name, spec.input, workspace);
      this.output = workspace.batch(spec.input);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      kernels.groupNorm(input, spec.groups, affine.scale(), affine.shift(), spec.eps, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.groupNormBackward(
          Order.forwardFirst(x),
          dy,
          spec.groups,
          affine.scale(),
          spec.eps,
          dy,
          affine.scaleGradient(),
          affine.shiftGradient());
      return dy;
    }
  }
}
