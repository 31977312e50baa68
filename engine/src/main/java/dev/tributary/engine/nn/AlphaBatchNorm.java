package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.BatchShare;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A trained normalisation whose statistics are mixed with those of the batch at hand: alpha-BN (You
 * et al., 2021, arXiv:2110.04065), and with weight 0 the batch's statistics alone (Nado et al.,
 * 2020, arXiv:2006.10963).
 *
 * <pre>
 *   mu  = a mu_s  + (1 - a) mu_t
 *   var = a var_s + (1 - a) var_t  [ + a (1 - a) (mu_s - mu_t)^2 ]
 *   y   = gamma (x - mu) / sqrt(var + eps) + beta
 * </pre>
 *
 * with mu_s, var_s the source's running statistics and mu_t, var_t those of this layer's input,
 * computed by earlier layers that are mixed already. Both kinds of pass do the same; neither moves
 * the running statistics. A gradient goes through mu_t and var_t with the factor 1 - a.
 *
 * <p>With a = 1 the batch is not looked at. Evaluation is then the source layer's own, to the bit;
 * a pass with gradients normalises by the same numbers, but not in oneDNN's order.
 *
 * <p>One value per channel has no spread: its biased variance is 0. That is allowed, since eps
 * keeps the root positive; with a = 0 the output is beta, whatever the input. The unbiased variance
 * of one value does not exist, and is refused unless a = 1.
 *
 * <p>Layout, initial values and description are the source's, so weights fit both.
 *
 * @param source the normalisation as it was trained
 * @param weight a, the weight of the source
 * @param unbiased whether var_t divides by n - 1 rather than by n values per channel
 * @param mixture whether the term in brackets is added, which makes var the variance of the mixture
 *     of the two distributions
 */
public record AlphaBatchNorm(
    RunningNorm source, SourceWeight weight, boolean unbiased, boolean mixture)
    implements WrappedLayer {

  @Override
  public String describe() {
    return source.describe() + ", mixed with the batch's statistics";
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private double varianceFactor(int elements) {
    if (!unbiased) {
      return 1;
    }
    if (elements < 2) {
      throw new IllegalArgumentException(
          name()
              + ": the unbiased variance needs at least 2 values per channel, got a batch of 1"
              + " sample of shape "
              + input()
              + "; use a larger batch, unbiased = false, or source-weight = 1");
    }
    return (double) elements / (elements - 1);
  }

  private static final class Live implements Layer {
    private final AlphaBatchNorm spec;
    private final Kernels kernels;
    private final Affine affine;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final Tensor batchMean;
    private final Tensor batchVar;
    private final Tensor mixedMean;
    private final Tensor mixedVar;
    private final Tensor apart;
    private final BatchTensor output;
    private @Nullable Tensor x;

    Live(AlphaBatchNorm spec, Workspace workspace) {
      String name = spec.name();
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.affine = Affine.of(spec.source.affine(), name, spec.input(), workspace);
      this.runningMean = workspace.parameter(name + ".running-mean");
      this.runningVar = workspace.parameter(name + ".running-var");
      Shape channels = Shape.of(spec.input().axis(0));
      this.batchMean = workspace.tensor(channels);
      this.batchVar = workspace.tensor(channels);
      this.mixedMean = workspace.tensor(channels);
      this.mixedVar = workspace.tensor(channels);
      this.apart = workspace.tensor(channels);
      this.output = workspace.batch(spec.input());
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      int samples = input.shape().axis(0);
      double a = spec.weight.of(samples);
      if (a == 1) {
        // Not 1 * source + 0 * batch: a batch that overflows must not matter.
        mixedMean.copyFrom(runningMean);
        mixedVar.copyFrom(runningVar);
      } else {
        mix(input, a);
      }
      x = input;
      Tensor y = output.rows(samples);
      kernels.batchNormInference(
          input, affine.scale(), affine.shift(), spec.source.eps(), mixedMean, mixedVar, y);
      return y;
    }

    private void mix(Tensor input, double a) {
      double factor = spec.varianceFactor(elements(input));
      kernels.batchStatistics(input, batchMean, batchVar);
      mixedMean.copyFrom(batchMean);
      kernels.scaleAdd(a, runningMean, 1 - a, mixedMean);
      mixedVar.copyFrom(batchVar);
      kernels.scaleAdd(a, runningVar, (1 - a) * factor, mixedVar);
      if (spec.mixture) {
        apart.copyFrom(batchMean);
        kernels.scaleAdd(-1, runningMean, 1, apart);
        kernels.multiply(apart, apart, apart);
        kernels.scaleAdd(a * (1 - a), apart, 1, mixedVar);
      }
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      Tensor input = Order.forwardFirst(x);
      kernels.batchNormInferenceBackward(
          input,
          dy,
          affine.scale(),
          spec.source.eps(),
          mixedMean,
          mixedVar,
          share(input),
          dy,
          affine.scaleGradient(),
          affine.shiftGradient());
      return dy;
    }

    private BatchShare share(Tensor input) {
      double a = spec.weight.of(input.shape().axis(0));
      if (a == 1) {
        return new BatchShare(runningMean, 0, 0, null);
      }
      double byVar = (1 - a) * spec.varianceFactor(elements(input));
      if (!spec.mixture) {
        return new BatchShare(batchMean, 1 - a, byVar, null);
      }
      // The derivative of a (1 - a) (mu_s - mu_t)^2 by mu_t.
      apart.copyFrom(batchMean);
      kernels.scaleAdd(-2 * a * (1 - a), runningMean, 2 * a * (1 - a), apart);
      return new BatchShare(batchMean, 1 - a, byVar, apart);
    }

    private int elements(Tensor input) {
      return input.size() / spec.input().axis(0);
    }
  }
}
