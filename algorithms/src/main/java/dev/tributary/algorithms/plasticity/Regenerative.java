package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Step;
import java.util.EnumSet;

/**
 * Regenerative regularisation ("L2 Init"): weights are pulled towards their initial values, where a
 * network is known to be able to learn; what the data do not need regenerates.
 *
 * <p>S. Kumar, H. Marklund, B. Van Roy: Maintaining Plasticity in Continual Learning via
 * Regenerative Regularization. CoLLAs 2024, arXiv:2308.11958 (2023).
 *
 * <pre>
 *   min  L(w) + lambda ||w - w_0||^2,   here as lambda/2,   so  g &lt;- g + lambda (w - w_0)
 * </pre>
 *
 * <p><b>Symbols.</b> lambda: {@link Options#coefficient}, twice the paper's; w_0: {@link
 * PlasticityStart#initial}, of the run and not of the task or round; w: everything that gradients
 * move.
 *
 * <p><b>Choices.</b> Normalisation layers are pulled too, to scale 1 and shift 0.
 *
 * <p><b>Cost.</b> One pass over weights, initial weights and gradient per step, and a copy of the
 * initial weights in memory while a training runs. lambda = 0 is plain training to the bit.
 */
public record Regenerative(Options options) implements PlasticityMethod {

  /** Settings below {@code plasticity}. */
  public record Options(double coefficient) {
    /** Reads {@code coefficient} (&ge; 0, default 0.001). */
    public static Options from(Settings settings) {
      return new Options(Coefficient.from(settings, 1e-3));
    }
  }

  @Override
  public String id() {
    return "regenerative";
  }

  @Override
  public PlasticityHook hook(PlasticityStart start) {
    return options.coefficient() == 0
        ? PlasticityHook.NONE
        : new Pull(
            new PullToInitial(options.coefficient(), start.initial(), EnumSet.allOf(Role.class)));
  }

  private record Pull(PullToInitial pull) implements PlasticityHook {
    @Override
    public void afterBackward(Step step) {
      pull.addGradient(step);
    }

    @Override
    public void close() {
      pull.close();
    }
  }
}
