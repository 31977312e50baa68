package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Group normalisation by the mean absolute deviation: {@link GroupNorm} with the spread of {@link
 * L1BatchNorm}. One group is L1 layer normalisation. With d = scale dy and means over a group of a
 * sample,
 *
 * <pre>
 *   dx = (d - mean(d) - kappa (sg - mean(sg)) mean(d xhat)) / (s1 + eps)
 * </pre>
 *
 * <p>Parameters, each [c]: {@code NAME.scale}, {@code NAME.shift}.
 *
 * @param name the layer's name
 * @param input [channels] or [channels, height, width] of one sample
 * @param groups how many groups of equal size, a divisor of the channels
 * @param kappa what the mean absolute deviation is multiplied with, &gt; 0
 * @param eps added to the spread, &gt; 0
 */
public record L1GroupNorm(String name, Shape input, int groups, double kappa, double eps)
    implements LayerSpec {

  /** Checks the ranges. */
  public L1GroupNorm {
    Norms.require(name, input, eps);
    Norms.requireKappa(name, kappa);
    Norms.requireGroups(name, input, groups);
  }

  /** L1 layer normalisation: one group, eps 1e-5. */
  public static L1GroupNorm layer(String name, Shape input, double kappa) {
    return new L1GroupNorm(name, input, 1, kappa, 1e-5);
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return groups == 1
        ? "L1 layer norm, " + input.axis(0) + " channels"
        : "L1 group norm, " + input.axis(0) + " channels in " + groups + " groups";
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    Affine.declare(name, input, layout);
  }

  @Override
  public void initialize(Initialization values) {
    values.constant(name + ".scale", 1f);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final L1GroupNorm spec;
    private final Kernels kernels;
    private final Affine affine;
    private final BatchTensor output;
    private @Nullable Tensor x;

    Live(L1GroupNorm spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.affine = Affine.learned(spec.name, workspace);
      this.output = workspace.batch(spec.input);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      kernels.l1GroupNorm(
          input, spec.groups, affine.scale(), affine.shift(), spec.kappa, spec.eps, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.l1GroupNormBackward(
          Order.forwardFirst(x),
          dy,
          spec.groups,
          affine.scale(),
          spec.kappa,
          spec.eps,
          dy,
          affine.scaleGradient(),
          affine.shiftGradient());
      return dy;
    }
  }
}
