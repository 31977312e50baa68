package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.BatchShare;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A trained {@link L1BatchNorm} that normalises by its running statistics in every pass, taken as
 * constants: {@code y = scale (x - rm) / (rs + eps) + shift}. Layout, initial values and
 * description are the source's, so weights fit both.
 *
 * @param source the normalisation as it was trained
 */
public record SettledL1Norm(L1BatchNorm source) implements WrappedLayer {

  @Override
  public String describe() {
    return source.describe() + ", by its running statistics";
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(source, workspace.batch(source.input()), workspace);
  }

  /** Batch normalisation with given statistics, whose variance is (rs + eps)^2 and eps 0. */
  static final class Live implements Layer {
    private final double eps;
    private final Kernels kernels;
    private final Affine affine;
    private final Tensor runningMean;
    private final Tensor runningSpread;
    private final Tensor ones;
    private final Tensor square;
    private final BatchShare constant;
    private final BatchTensor output;
    private @Nullable Tensor x;

    Live(L1BatchNorm source, BatchTensor output, Workspace workspace) {
      this.eps = source.eps();
      this.kernels = workspace.kernels();
      this.affine = Affine.learned(source.name(), workspace);
      this.runningMean = workspace.parameter(source.name() + ".running-mean");
      this.runningSpread = workspace.parameter(source.name() + ".running-spread");
      Shape channels = Shape.of(source.input().axis(0));
      this.ones = workspace.tensor(channels);
      float[] values = new float[channels.size()];
      Arrays.fill(values, 1f);
      ones.set(values);
      this.square = workspace.tensor(channels);
      this.constant = new BatchShare(runningMean, 0, 0, null);
      this.output = output;
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      square.copyFrom(runningSpread);
      kernels.scaleAdd(eps, ones, 1, square);
      kernels.multiply(square, square, square);
      Tensor y = output.rows(input.shape().axis(0));
      kernels.batchNormInference(input, affine.scale(), affine.shift(), 0, runningMean, square, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.batchNormInferenceBackward(
          Order.forwardFirst(x),
          dy,
          affine.scale(),
          0,
          runningMean,
          square,
          constant,
          dy,
          affine.scaleGradient(),
          affine.shiftGradient());
      return dy;
    }
  }
}
