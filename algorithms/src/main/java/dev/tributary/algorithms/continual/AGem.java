package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Learner;

/**
 * A-GEM: a step must not raise the loss on a batch of past tasks; where it would, the gradient is
 * projected onto the nearest one that does not.
 *
 * <p>A. Chaudhry, M. Ranzato, M. Rohrbach, M. Elhoseiny: Efficient Lifelong Learning with A-GEM.
 * ICLR 2019, arXiv:1812.00420.
 *
 * <pre>
 *   g = grad CE(B_n);   g_ref = grad CE(B_m),  B_m drawn from the past tasks' examples in M
 *   g &lt;- g - (g . g_ref) / (g_ref . g_ref) g_ref,   where g . g_ref &lt; 0
 *   M &lt;- M with B_n offered
 * </pre>
 *
 * <p><b>Symbols.</b> B_n: the new batch; M, |M|, |B_m|: {@link ReplayOptions}.
 *
 * <p><b>Choices.</b> New examples enter M as they come, and B_m is drawn from those of earlier
 * tasks alone, as the paper's reference gradient is; in the first task there is none. The products
 * run over all that gradients move, in double precision. The projection comes before what the
 * federated algorithm adds to the step, weight decay and momentum.
 *
 * <p><b>Differences from the source.</b> The paper keeps a fixed number of examples a class; that
 * is nearest to {@code buffer-kind = ring}. Its other part, descriptors of tasks, is left out.
 *
 * <p><b>Cost.</b> Twice the work of a step, two passes over the weights, and the memory. Batch
 * normalisation's running statistics see both batches, each in a pass of its own.
 */
public record AGem(ReplayOptions options) implements ContinualStrategy {

  /** Reads {@link ReplayOptions}. */
  public static AGem from(Settings settings) {
    return new AGem(ReplayOptions.from(settings));
  }

  @Override
  public String id() {
    return "agem";
  }

  @Override
  public int largestStep(int batchSize) {
    return Math.max(batchSize, options.replayed(batchSize));
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    options.declare(memory);
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson);
  }

  private static final class Rounds implements Session {
    private final ReplayOptions options;
    private final Lesson lesson;
    private final ReplayMemory past;
    private final float[] reference;
    private final float[] gradient;

    Rounds(ReplayOptions options, Lesson lesson) {
      this.options = options;
      this.lesson = lesson;
      this.past = options.open(lesson);
      this.reference = new float[lesson.learner().layout().trainableSize()];
      this.gradient = new float[reference.length];
    }

    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      int[] places =
          past.draw(
              options.replayed(lesson.batchSize()),
              lesson.random("replay"),
              place -> lesson.seen().part(past.at(place)) < lesson.task());
      StepParts parts = new StepParts(lesson, false);
      boolean refers =
          parts.add(past, places, from -> LogitLoss.crossEntropy(learner, from, places.length, 1));
      if (refers) {
        parts.gradient();
        learner.gradient().copyOut(reference, reference.length);
        learner.discard();
      }
      double loss = Naive.gradient(lesson, batch);
      if (refers) {
        project(learner);
      }
      learner.update();
      batch.forEach(past::offer);
      return loss;
    }

    private void project(Learner learner) {
      learner.gradient().copyOut(gradient, gradient.length);
      double product = 0;
      double square = 0;
      for (int i = 0; i < gradient.length; i++) {
        product += (double) gradient[i] * reference[i];
        square += (double) reference[i] * reference[i];
      }
      if (product < 0) {
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (float) (gradient[i] - product / square * reference[i]);
        }
        learner.gradient().copyIn(gradient, gradient.length);
      }
    }

    @Override
    public void save(Memory memory) {
      past.save(memory);
    }
  }
}
