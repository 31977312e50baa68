package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.Learner;

/**
 * SI: each weight keeps account of how much of the loss its own movement took away, and is held in
 * proportion.
 *
 * <p>F. Zenke, B. Poole, S. Ganguli: Continual Learning Through Synaptic Intelligence. ICML 2017,
 * arXiv:1703.04200.
 *
 * <pre>
 *   within task mu, each step:  omega_k &lt;- omega_k - g_k (theta_k' - theta_k)
 *   at its end:  Omega_k &lt;- Omega_k + omega_k / ((theta_k - theta~_k)^2 + xi);   omega &lt;- 0
 *   L = CE(B_n) + c sum_k Omega_k (theta~_k - theta_k)^2
 * </pre>
 *
 * <p><b>Symbols.</b> c: {@link Options#c}; xi: {@link Options#xi}; g: the gradient of CE(B_n),
 * without the penalty; theta and theta': the weights before and after the step; theta~: those that
 * the task began with.
 *
 * <p><b>Choices.</b> The movement is the optimiser's whole step, momentum, decay and what the
 * federated algorithm adds included. A negative sum, a weight whose movement did harm, counts as 0,
 * for a negative Omega would push the weight away without bound. theta~ is read when a task begins:
 * alone that is where the last one ended, in a federation it is what the server made of it. Between
 * rounds of one task omega stands still while the server moves the weights. There is no half before
 * c, as in the paper.
 *
 * <p><b>Cost.</b> Three vectors of the weights' size kept; four passes over them a step. c = 0 is
 * {@link Naive} to the bit.
 */
public record SynapticIntelligence(Options options) implements ContinualStrategy {
  private static final String PATH = "si.path";
  private static final String IMPORTANCE = "si.importance";
  private static final String ANCHOR = "si.anchor";

  /**
   * Settings below {@code continual}.
   *
   * @param c the penalty's weight, &ge; 0
   * @param xi what keeps Omega bounded for weights that hardly moved, &gt; 0
   */
  public record Options(double c, double xi) {
    /** Reads {@code c} (default 0.1) and {@code xi} (0.1). */
    public static Options from(Settings settings) {
      return new Options(
          Factors.nonNegative(settings, "c", 0.1), Factors.positive(settings, "xi", 0.1));
    }
  }

  @Override
  public String id() {
    return "si";
  }

  @Override
  public boolean actsAtBorders() {
    return true;
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    for (String name : new String[] {PATH, IMPORTANCE, ANCHOR}) {
      memory.add(name, Role.MEMORY, Shape.of(model.trainableSize()));
    }
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson);
  }

  private static final class Rounds implements Session {
    private final Options options;
    private final Lesson lesson;
    private final float[] path;
    private final float[] importance;
    private final float[] anchor;
    private final float[] before;
    private final float[] after;
    private final float[] gradient;
    private final QuadraticPenalty penalty;

    Rounds(Options options, Lesson lesson) {
      this.options = options;
      this.lesson = lesson;
      this.path = lesson.memory().get(PATH);
      this.importance = lesson.memory().get(IMPORTANCE);
      this.anchor = lesson.memory().get(ANCHOR);
      this.before = new float[path.length];
      this.after = new float[path.length];
      this.gradient = new float[path.length];
      this.penalty = new QuadraticPenalty(2 * options.c(), importance, anchor);
    }

    @Override
    public void begin() {
      read(anchor);
    }

    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      double loss = Naive.gradient(lesson, batch);
      learner.gradient().copyOut(gradient, gradient.length);
      read(before);
      if (lesson.task() > 0) {
        penalty.addGradient(learner);
      }
      learner.update();
      read(after);
      for (int k = 0; k < path.length; k++) {
        path[k] = (float) (path[k] - gradient[k] * ((double) after[k] - before[k]));
      }
      return loss;
    }

    @Override
    public void end() {
      read(after);
      for (int k = 0; k < path.length; k++) {
        double moved = (double) after[k] - anchor[k];
        importance[k] += (float) (Math.max(0, path[k]) / (moved * moved + options.xi()));
        path[k] = 0;
      }
    }

    private void read(float[] weights) {
      lesson.learner().weights().copyOut(weights, weights.length);
    }

    @Override
    public void save(Memory memory) {
      memory.set(PATH, path);
      memory.set(IMPORTANCE, importance);
      memory.set(ANCHOR, anchor);
    }
  }
}
