package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * L1 batch normalisation of features [c] or images [c, height, width] (Wu, Li, Deng, Liu, Xie and
 * Shi, "L1-Norm Batch Normalization for Efficient Training of Deep Neural Networks", 2018,
 * arXiv:1802.09769): batch normalisation whose spread is the mean absolute deviation, which takes
 * no square and no root.
 *
 * <pre>
 *   mu = mean(x),  c = x - mu,  s1 = kappa mean|c|,  xhat = c / (s1 + eps)
 *   y  = scale xhat + shift
 *   dx = scale (dy - mean(dy) - kappa (sg - mean(sg)) mean(dy xhat)) / (s1 + eps)
 *   dscale = sum(dy xhat),  dshift = sum(dy)
 * </pre>
 *
 * Means run over the batch and space of a channel. Running statistics move by {@code running = (1 -
 * momentum) running + momentum batch}; evaluation normalises with them.
 *
 * <p>Symbols: sg = sign(c); kappa = 1, or sqrt(pi / 2) with which s1 is the standard deviation of
 * normal data.
 *
 * <p>Choices: sign(0) = 0; eps is added after kappa; the running s1 is not corrected for the number
 * of elements, as batch normalisation's variance is by n / (n - 1).
 *
 * <p>Parameters, each [c]: {@code NAME.scale}, {@code NAME.shift}, {@code NAME.running-mean} (0 at
 * first) and {@code NAME.running-spread} (1 at first), whose role is that of a running variance, so
 * that FedBN and SiloBN treat it as one.
 *
 * @param name the layer's name
 * @param input the shape of one sample
 * @param kappa what the mean absolute deviation is multiplied with, &gt; 0
 * @param momentum the weight of the new batch in the running statistics, in (0, 1]
 * @param eps added to the spread, &gt; 0
 */
public record L1BatchNorm(String name, Shape input, double kappa, double momentum, double eps)
    implements LayerSpec {
  /** The kappa with which the spread of normal data is its standard deviation. */
  public static final double SQRT_HALF_PI = Math.sqrt(Math.PI / 2);

  /** Checks the ranges. */
  public L1BatchNorm {
    Norms.require(name, input, eps);
    Norms.requireKappa(name, kappa);
    if (!(momentum > 0 && momentum <= 1)) {
      throw new IllegalArgumentException(name + ": momentum must be in (0, 1], got " + momentum);
    }
  }

  /** With momentum 0.1 and eps 1e-5. */
  public L1BatchNorm(String name, Shape input, double kappa) {
    this(name, input, kappa, 0.1, 1e-5);
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return "L1 batch norm, " + input.axis(0) + " channels";
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    Affine.declare(name, input, layout);
    layout.add(name + ".running-mean", Role.NORM_RUNNING_MEAN, Shape.of(input.axis(0)));
    layout.add(name + ".running-spread", Role.NORM_RUNNING_VAR, Shape.of(input.axis(0)));
  }

  @Override
  public void initialize(Initialization values) {
    values.constant(name + ".scale", 1f);
    values.constant(name + ".running-spread", 1f);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final L1BatchNorm spec;
    private final Kernels kernels;
    private final Affine affine;
    private final L1Statistics statistics;
    private final BatchTensor output;
    private final Layer settled;
    private @Nullable Tensor x;

    Live(L1BatchNorm spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.affine = Affine.learned(spec.name, workspace);
      this.statistics = new L1Statistics(spec, workspace);
      this.output = workspace.batch(spec.input);
      this.settled = new SettledL1Norm.Live(spec, output, workspace);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      if (!pass.training()) {
        x = null;
        return settled.forward(input, pass);
      }
      int batch = input.shape().axis(0);
      Norms.requireSpread(spec.name, spec.input, batch);
      x = input;
      Tensor y = output.rows(batch);
      kernels.l1Norm(
          input,
          affine.scale(),
          affine.shift(),
          spec.kappa,
          spec.eps,
          statistics.mean(),
          statistics.spread(),
          y);
      statistics.follow();
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.l1NormBackward(
          Order.forwardFirst(x),
          dy,
          affine.scale(),
          spec.kappa,
          spec.eps,
          statistics.mean(),
          statistics.spread(),
          dy,
          affine.scaleGradient(),
          affine.shiftGradient());
      return dy;
    }
  }
}
