package dev.tributary.engine.training;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.optim.Optimizer;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live model at test time: predicts batch by batch without labels, and may take a step after each
 * prediction. A step moves the scale and shift of normalisation layers and nothing else: every
 * other number keeps its bits. To be used by one thread, always the same.
 */
public final class TestTimeNetwork implements AutoCloseable {
  /** Where gradients of layers that multiply integers are rounded by; nothing else is drawn. */
  private static final Seeds ROUNDING = Seeds.root(0).child("test-time");

  /**
   * What a step after each batch descends, and how.
   *
   * @param loss of the batch that was predicted
   * @param optimizer of scale and shift
   */
  public record Descent(UnlabelledLoss loss, OptimizerOptions optimizer) {}

  private record Moving(Tensor weights, Tensor gradient, Optimizer optimizer) {}

  private final Model model;
  private final Network network;
  private final @Nullable Descent descent;
  private final Tensor logitGradients;
  private final List<Moving> affine = new ArrayList<>();
  private Pass steps = Pass.steps(ROUNDING);

  /**
   * Allocates the network and the optimiser's state.
   *
   * @param model what predicts; to take steps, one that is {@link Model#adaptable}
   * @param engine what computes
   * @param largestBatch the most samples of a batch, &ge; 1
   * @param descent the steps to take, or null for none
   */
  public TestTimeNetwork(Model model, Engine engine, int largestBatch, @Nullable Descent descent) {
    if (descent != null && model.batchNormalized()) {
      throw new IllegalArgumentException(
          model
              + " would move its running statistics with every step; give the model that"
              + " Model.adaptable makes of it");
    }
    engine.enter();
    this.model = model;
    this.network = model.network(engine, largestBatch);
    this.descent = descent;
    this.logitGradients = Tensor.zeros(Shape.of(largestBatch, model.classes()), engine.type());
    for (ParameterSpec spec : model.layout().specs()) {
      boolean moves = spec.role() == Role.NORM_SCALE || spec.role() == Role.NORM_SHIFT;
      if (moves && descent != null) {
        affine.add(
            new Moving(
                network.weights().view(spec.offset(), spec.shape()),
                network.gradient().view(spec.offset(), spec.shape()),
                new Optimizer(descent.optimizer, engine, spec.size())));
      }
    }
  }

  /** Sets all parameters and makes the optimiser as good as new. */
  public void load(ParameterVector weights) {
    network.load(weights);
    steps = Pass.steps(ROUNDING);
    affine.forEach(a -> a.optimizer.reset(1));
  }

  /** A copy of all parameters as they are now. */
  public ParameterVector save() {
    return network.save();
  }

  /**
   * The logits of a batch, from the weights before the step that is then taken, if any.
   *
   * @param features [n, sample...], row by row; more may follow
   * @param n the number of samples, 1 to the largest batch
   * @return [n, classes], row by row
   * @throws IllegalArgumentException if a feature is NaN or infinite
   * @throws IllegalStateException if a logit is
   */
  public double[] predict(float[] features, int n) {
    if (descent == null) {
      return logits(features, n, Pass.EVALUATION);
    }
    steps.next(0);
    double[] logits = logits(features, n, steps);
    double[] gradient = new double[logits.length];
    descent.loss.lossAndGradient(logits, n, model.classes(), gradient);
    Tensor dlogits = logitGradients.rows(n);
    dlogits.set(gradient);
    network.backward(dlogits, steps);
    for (Moving moving : affine) {
      moving.optimizer.update(moving.weights, moving.gradient);
    }
    return logits;
  }

  private double[] logits(float[] features, int n, Pass pass) {
    Tensor input = network.input(n);
    requireFinite(features, input.size());
    input.copyIn(features, input.size());
    double[] logits = network.forward(input, pass).toDoubles();
    for (int i = 0; i < logits.length; i++) {
      if (!Double.isFinite(logits[i])) {
        throw new IllegalStateException(
            "%s gives %s for sample %d of this batch: its weights have diverged; lower lr or reset"
                    .formatted(model, logits[i], i / model.classes())
                + " more often, or train the source anew if it gives that without a step");
      }
    }
    return logits;
  }

  /** A single bad value would spoil the statistics of its whole batch. */
  private void requireFinite(float[] features, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(features[i])) {
        int size = model.input().size();
        throw new IllegalArgumentException(
            "features must be finite, but feature %d of sample %d of this batch is %s; repair or"
                    .formatted(i % size, i / size, features[i])
                + " leave out the sample, or every other one of its batch is normalised with it");
      }
    }
  }

  @Override
  public void close() {
    network.close();
    logitGradients.close();
    affine.forEach(a -> a.optimizer.close());
  }
}
