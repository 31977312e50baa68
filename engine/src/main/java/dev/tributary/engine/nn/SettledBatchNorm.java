package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@link BatchNorm} with the same parameters whose statistics are settled: in every pass it
 * normalises with the running ones, which it does not move, as constants:
 *
 * <pre>
 * xhat = (x - running-mean) / sqrt(running-var + eps)      y = scale xhat + shift
 * dx = dy scale / sqrt(running-var + eps)    dscale = sum dy xhat    dshift = sum dy
 * </pre>
 *
 * @param norm whose parameters it has
 */
public record SettledBatchNorm(BatchNorm norm) implements LayerSpec {

  @Override
  public String name() {
    return norm.name();
  }

  @Override
  public Shape input() {
    return norm.input();
  }

  @Override
  public Shape output() {
    return norm.output();
  }

  @Override
  public String describe() {
    return norm.describe() + ", settled";
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    norm.declare(layout);
  }

  @Override
  public void initialize(Initialization values) {
    norm.initialize(values);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(norm, workspace);
  }

  private static final class Live implements Layer {
    private final BatchNorm norm;
    private final Kernels kernels;
    private final Tensor scale;
    private final Tensor shift;
    private final Tensor scaleGradient;
    private final Tensor shiftGradient;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final Tensor zeros;
    private final BatchTensor output;
    private final BatchTensor down;
    private @Nullable Tensor x;

    Live(BatchNorm norm, Workspace workspace) {
      this.norm = norm;
      this.kernels = workspace.kernels();
      this.scale = workspace.parameter(norm.name() + ".scale");
      this.shift = workspace.parameter(norm.name() + ".shift");
      this.scaleGradient = workspace.gradient(norm.name() + ".scale");
      this.shiftGradient = workspace.gradient(norm.name() + ".shift");
      this.runningMean = workspace.parameter(norm.name() + ".running-mean");
      this.runningVar = workspace.parameter(norm.name() + ".running-var");
      this.zeros = workspace.tensor(Shape.of(norm.input().axis(0)));
      this.output = workspace.batch(norm.input());
      this.down = workspace.batch(norm.input());
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      kernels.batchNormInference(input, scale, shift, norm.eps(), runningMean, runningVar, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      Tensor input = Order.forwardFirst(x);
      Tensor dx = down.rows(dy.shape().axis(0));
      kernels.batchNormInference(dy, scale, zeros, norm.eps(), zeros, runningVar, dx);
      // What this says of scale and shift holds for any statistics; its input gradient does not.
      kernels.batchNormBackward(
          input, dy, scale, norm.eps(), runningMean, runningVar, dy, scaleGradient, shiftGradient);
      return dx;
    }
  }
}
