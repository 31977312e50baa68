package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Step;

/**
 * L2 regularisation: weights are pulled towards zero, which keeps their norm from growing and with
 * it the effective step from shrinking.
 *
 * <p>As an arm against the loss of plasticity: C. Lyle, Z. Zheng, E. Nikishin, B. Avila Pires, R.
 * Pascanu, W. Dabney: Understanding Plasticity in Neural Networks. ICML 2023, arXiv:2303.01486.
 *
 * <pre>
 *   min  L(w) + lambda/2 ||w||^2,   so  g &lt;- g + lambda w
 * </pre>
 *
 * <p><b>Symbols.</b> lambda: {@link Options#coefficient}; w: everything that gradients move.
 *
 * <p><b>Choices.</b> Normalisation layers' scales and shifts are pulled too. It is a term of the
 * loss, so Adam scales it as it scales the gradient; pulling weights past Adam's scaling is {@code
 * optimizer { name = adamw }}.
 *
 * <p><b>Cost.</b> One pass over weights and gradient per step. lambda = 0 is plain training to the
 * bit.
 */
public record L2(Options options) implements PlasticityMethod {

  /** Settings below {@code plasticity}. */
  public record Options(double coefficient) {
    /** Reads {@code coefficient} (&ge; 0, default 0.001). */
    public static Options from(Settings settings) {
      return new Options(Coefficient.from(settings, 1e-3));
    }
  }

  @Override
  public String id() {
    return "l2";
  }

  @Override
  public PlasticityHook hook(PlasticityStart start) {
    return new Pull(options.coefficient());
  }

  private record Pull(double lambda) implements PlasticityHook {
    @Override
    public boolean needsGradient(int epoch, int batch) {
      return lambda != 0;
    }

    @Override
    public void afterBackward(Step step) {
      Engine.kernelsFor(step.gradient()).scaleAdd(lambda, step.weights(), 1, step.gradient());
    }
  }
}
