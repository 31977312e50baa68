package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Step;

/**
 * Shrink and perturb: weights are made smaller and a little of a fresh network is added, so that
 * what was learned stays in outline and gradients come back.
 *
 * <p>J. T. Ash, R. P. Adams: On Warm-Starting Neural Network Training. NeurIPS 2020,
 * arXiv:1910.08475.
 *
 * <pre>
 *   w &lt;- s w + sigma p,   p drawn as a network is at initialisation
 * </pre>
 *
 * <p><b>Symbols.</b> s: {@link Options#shrink}; sigma: {@link Options#perturb}; p: {@code
 * model.initial} with fresh seeds.
 *
 * <p><b>When.</b> At the beginning of each task but the first ({@code at-task-start}), as the paper
 * does when data are added; and, as later work on streams does, after every k-th step ({@code
 * every}), for which s must be nearer to 1.
 *
 * <p><b>Choices.</b> It acts on everything that gradients move, normalisation layers included (p is
 * 1 for scales and 0 for shifts), and not on running statistics.
 *
 * <p><b>Cost.</b> A draw of a whole model each time it acts, else nothing. s = 1 with sigma = 0
 * changes no bit.
 */
public record ShrinkPerturb(Options options) implements PlasticityMethod {

  /** Settings below {@code plasticity}. */
  public record Options(double shrink, double perturb, boolean atTaskStart, Every every) {
    /**
     * Reads {@code shrink} (in [0, 1], default 0.6), {@code perturb} (&ge; 0, default 0.01), {@code
     * at-task-start} (default true) and {@code every} (steps, default infinity).
     */
    public static Options from(Settings settings) {
      double shrink = settings.number("shrink", 0.6);
      settings.require(shrink >= 0 && shrink <= 1, "shrink", "in [0, 1]", shrink);
      double perturb = settings.number("perturb", 0.01);
      settings.require(
          perturb >= 0 && Double.isFinite(perturb), "perturb", "a finite number >= 0", perturb);
      return new Options(
          shrink, perturb, settings.flag("at-task-start", true), Every.from(settings, Every.NEVER));
    }
  }

  @Override
  public String id() {
    return "shrink-perturb";
  }

  @Override
  public ParameterVector beginTask(ParameterVector weights, PlasticityStart start) {
    if (!options.atTaskStart()) {
      return weights;
    }
    float[] values = weights.toArray();
    shrinkAndPerturb(values, start.model().initial(start.seeds().child("perturb-task")));
    return ParameterVector.of(weights.layout(), values);
  }

  @Override
  public boolean actsAtBorders() {
    return options.atTaskStart();
  }

  @Override
  public PlasticityHook hook(PlasticityStart start) {
    return options.every().never()
        ? PlasticityHook.NONE
        : new Periodic(
            options.every(), start.steps(), (step, taken) -> shrinkAndPerturb(step, start, taken));
  }

  /** Changes the trainable elements in place. */
  private void shrinkAndPerturb(float[] w, ParameterVector p) {
    for (int i = 0; i < p.layout().trainableSize(); i++) {
      w[i] = (float) (options.shrink() * w[i] + options.perturb() * p.get(i));
    }
  }

  private void shrinkAndPerturb(Step step, PlasticityStart start, long taken) {
    float[] w = step.weights().toFloats();
    shrinkAndPerturb(w, start.model().initial(start.seeds().child("perturb", taken)));
    step.weights().copyIn(w, w.length);
  }
}
