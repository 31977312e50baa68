package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;

/**
 * Adaptive Balance of Batch Normalisation, for streams of tasks with replay (Lyu, Wang, Zhang, Sun,
 * Su, Zhu and Jing, "Overcoming Recency Bias of Normalization Statistics in Continual Learning:
 * Balance and Adaptation", NeurIPS 2023): batch normalisation whose batch statistics weigh tasks by
 * learned weights and whose running statistics remember more than the last tasks.
 *
 * <p>Training. Sample n of task t(n) has weight omega_n ({@link TaskWeights}) where the pass says
 * that statistics are weighed by task, else 1/B:
 *
 * <pre>
 * mu  = sum_n omega_n mean_hw(x_n)          var = sum_n omega_n mean_hw((x_n - mu)^2)
 * y   = scale (x - mu) / sqrt(var + eps) + shift
 * rm  = (1 - eta) rm + eta mu               rv  = (1 - eta) rv + eta var
 * eta_1 = m^kappa,  eta_t = eta_{t-1} / (eta_{t-1} + (1 - m)^kappa)
 * </pre>
 *
 * kappa 0 makes eta 1/t, the mean over all batches, and kappa 1 makes it m, ordinary batch
 * normalisation's. The backward pass adds the gradient of lambda times this layer's loss, {@code
 * mean_c((mu - rm)^2) + mean_c((var - rv)^2)}, where rm and rv are the moved running statistics
 * taken as constants and lambda is the pass's ({@link BatchTasks}); the loss itself is added to
 * {@link Pass#auxiliary}. Evaluation is batch normalisation with rm, rv.
 *
 * <p>Symbols: psi is {@code NAME.task-weight} [tasks], 0 at first; eta and t are {@code
 * NAME.counter} [2] (exact up to t = 2^24, where 1/t no longer falls); rm and rv are {@code
 * NAME.running-mean} and {@code NAME.running-var}, m is {@code momentum}.
 *
 * <p>Choices, where the authors' code does the same: var and rv divide by n (PyTorch's rv by n -
 * 1); a task seen that the batch lacks keeps its share, so that the omega sum to less than 1 and mu
 * shrinks ({@code renormalise} leaves it out instead). Difference: eta and t are saved with the
 * parameters, so that a training that goes on elsewhere goes on as it was.
 *
 * <p>Cost: batch normalisation's passes over memory; what tasks need on top is of size [B, c].
 *
 * @param name the layer's name
 * @param input [c] or [c, height, width] of one sample
 * @param tasks the number of tasks in the whole stream, &ge; 1
 * @param kappa how fast running statistics forget, in [0, 1]
 * @param renormalise whether the omega sum to 1 also where a task seen is not in the batch
 * @param momentum m, in (0, 1)
 * @param eps added to the variance under the root, &gt; 0
 */
public record AdaB2N(
    String name,
    Shape input,
    int tasks,
    double kappa,
    boolean renormalise,
    double momentum,
    double eps)
    implements RunningNorm {

  /** Checks the ranges. */
  public AdaB2N {
    Norms.require(name, input, eps);
    if (tasks < 1) {
      throw new IllegalArgumentException(
          name + ": AdaB2N needs the number of tasks, at least 1, got " + tasks);
    }
    if (!(kappa >= 0 && kappa <= 1)) {
      throw new IllegalArgumentException(name + ": kappa must be in [0, 1], got " + kappa);
    }
    if (!(momentum > 0 && momentum < 1)) {
      throw new IllegalArgumentException(name + ": momentum must be in (0, 1), got " + momentum);
    }
  }

  /** With momentum 0.1 and eps 1e-5. */
  public AdaB2N(String name, Shape input, int tasks, double kappa, boolean renormalise) {
    this(name, input, tasks, kappa, renormalise, 0.1, 1e-5);
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return "AdaB2N, %d channels, %d tasks, kappa %s".formatted(input.axis(0), tasks, kappa);
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    Affine.declare(name, input, layout);
    layout.add(name + ".task-weight", Role.TASK_WEIGHT, Shape.of(tasks));
    Norms.declareRunning(name, input, layout);
    layout.add(name + ".counter", Role.NORM_COUNTER, Shape.of(2));
  }

  @Override
  public void initialize(Initialization values) {
    values.constant(name + ".scale", 1f);
    values.constant(name + ".running-var", 1f);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new AdaB2NLayer(this, workspace);
  }
}
