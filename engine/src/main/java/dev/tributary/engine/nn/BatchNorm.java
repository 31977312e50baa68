package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of features [c] or images [c, height, width].
 *
 * <p>PyTorch's conventions: training normalises with the batch's biased variance (divided by n, the
 * elements per channel) and moves the running variance by the unbiased one (n - 1): {@code running
 * = (1 - momentum) * running + momentum * batch}. Evaluation normalises with the running statistics
 * and moves nothing.
 *
 * <p>Parameters, each [c]: {@code NAME.scale} and {@code NAME.shift} unless it is not affine,
 * {@code NAME.running-mean} (0 at first), {@code NAME.running-var} (1 at first).
 *
 * @param name the layer's name
 * @param input the shape of one sample
 * @param momentum the weight of the new batch in the running statistics, in (0, 1]
 * @param eps added to the variance under the root, &gt; 0
 * @param affine whether a scale and a shift per channel are learned
 */
public record BatchNorm(String name, Shape input, double momentum, double eps, boolean affine)
    implements RunningNorm {

  /** Checks the ranges. */
  public BatchNorm {
    Norms.require(name, input, eps);
    if (!(momentum > 0 && momentum <= 1)) {
      throw new IllegalArgumentException(name + ": momentum must be in (0, 1], got " + momentum);
    }
  }

  /** With scale and shift. */
  public BatchNorm(String name, Shape input, double momentum, double eps) {
    this(name, input, momentum, eps, true);
  }

  /** With momentum 0.1, eps 1e-5, scale and shift. */
  public BatchNorm(String name, Shape input) {
    this(name, input, 0.1, 1e-5);
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return "batch norm, " + input.axis(0) + " channels" + (affine ? "" : ", no scale and shift");
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    if (affine) {
      Affine.declare(name, input, layout);
    }
    Norms.declareRunning(name, input, layout);
  }

  @Override
  public void initialize(Initialization values) {
    if (affine) {
      values.constant(name + ".scale", 1f);
    }
    values.constant(name + ".running-var", 1f);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  /** Moves the running statistics towards those of a batch of so many elements per channel. */
  void moveRunning(
      Kernels kernels,
      int elements,
      Tensor mean,
      Tensor var,
      Tensor runningMean,
      Tensor runningVar) {
    kernels.scaleAdd(momentum, mean, 1 - momentum, runningMean);
    kernels.scaleAdd(momentum * elements / (elements - 1), var, 1 - momentum, runningVar);
  }

  private static final class Live implements Layer {
    private final BatchNorm spec;
    private final Kernels kernels;
    private final Affine affine;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final Tensor mean;
    private final Tensor var;
    private final BatchTensor output;
    private @Nullable Tensor x;

    Live(BatchNorm spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.affine = Affine.of(spec.affine, spec.name, spec.input, workspace);
      this.runningMean = workspace.parameter(spec.name + ".running-mean");
      this.runningVar = workspace.parameter(spec.name + ".running-var");
      this.mean = workspace.tensor(Shape.of(spec.input.axis(0)));
      this.var = workspace.tensor(Shape.of(spec.input.axis(0)));
      this.output = workspace.batch(spec.input);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      Tensor y = output.rows(input.shape().axis(0));
      if (!pass.training()) {
        x = null;
        kernels.batchNormInference(
            input, affine.scale(), affine.shift(), spec.eps, runningMean, runningVar, y);
        return y;
      }
      Norms.requireSpread(spec.name, spec.input, input.shape().axis(0));
      x = input;
      kernels.batchNorm(input, affine.scale(), affine.shift(), spec.eps, mean, var, y);
      spec.moveRunning(
          kernels, input.size() / spec.input.axis(0), mean, var, runningMean, runningVar);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.batchNormBackward(
          Order.forwardFirst(x),
          dy,
          affine.scale(),
          spec.eps,
          mean,
          var,
          dy,
          affine.scaleGradient(),
          affine.shiftGradient());
      return dy;
    }
  }
}
