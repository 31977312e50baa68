package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.Learner;

/**
 * DER++: replays examples together with the logits that the network gave them when they came.
 *
 * <p>P. Buzzega, M. Boschini, A. Porrello, D. Abati, S. Calderara: Dark Experience for General
 * Continual Learning: a Strong, Simple Baseline. NeurIPS 2020, arXiv:2004.07211.
 *
 * <pre>
 *   L = CE(B_n) + alpha MSE(h(x'), z' over B_1) + beta CE(B_2);   B_1, B_2 drawn from M
 *   theta &lt;- theta - lr grad L
 *   M &lt;- M with (x, h(x), y) of B_n offered
 * </pre>
 *
 * <p><b>Symbols.</b> h: the logits; z': those stored; alpha: {@link Options#alpha}; beta: {@link
 * Options#beta}; M, |M|, |B_1| = |B_2|: {@link ReplayOptions}.
 *
 * <p><b>Choices.</b> The two batches are drawn apart, so an example may be in both. MSE is the mean
 * over rows and classes, as the authors' code has it; the paper writes the squared norm, which is
 * the number of classes times as much. What is stored are the logits of the step's own forward
 * pass, in training mode and before the update. Replay begins as soon as there is something to
 * replay, in the first task too. A term whose factor is 0 is left out with its rows: beta = 0 is
 * DER, and alpha = beta = 0 fine-tuning. One forward pass serves all parts; {@code joint = false}
 * gives each its own.
 *
 * <p><b>Cost.</b> Three times the work of a step; the memory and a row of logits for each place.
 */
public record DerPlusPlus(Options options) implements ContinualStrategy {
  private static final String LOGITS = "derpp.logits";

  /**
   * Settings below {@code continual}.
   *
   * @param memory of past examples
   * @param joint whether new and replayed examples share one forward pass
   * @param alpha the weight of the distance to the stored logits, &ge; 0
   * @param beta the weight of the cross-entropy of replayed examples, &ge; 0
   */
  public record Options(ReplayOptions memory, boolean joint, double alpha, double beta) {
    /**
     * Reads {@link ReplayOptions}, {@code joint} (default true), {@code alpha} (0.1) and {@code
     * beta} (0.5).
     */
    public static Options from(Settings settings) {
      return new Options(
          ReplayOptions.from(settings),
          settings.flag("joint", true),
          Factors.nonNegative(settings, "alpha", 0.1),
          Factors.nonNegative(settings, "beta", 0.5));
    }
  }

  @Override
  public String id() {
    return "derpp";
  }

  @Override
  public int largestStep(int batchSize) {
    int replayed = options.memory().replayed(batchSize);
    return options.joint() ? batchSize + 2 * replayed : Math.max(batchSize, replayed);
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    options.memory().declare(memory);
    memory.add(LOGITS, Role.MEMORY, Shape.of(options.memory().buffer(), classes));
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson);
  }

  private static final class Rounds implements Session {
    private final Options options;
    private final Lesson lesson;
    private final ReplayMemory past;

    /** The logits by place, row by row. */
    private final float[] stored;

    Rounds(Options options, Lesson lesson) {
      this.options = options;
      this.lesson = lesson;
      this.past = options.memory().open(lesson);
      this.stored = lesson.memory().get(LOGITS);
    }

    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      int classes = learner.classes();
      float[] given = new float[batch.size() * classes];
      int[] first = draw(options.alpha(), "replay");
      int[] second = draw(options.beta(), "replay-labels");
      float[] targets = new float[first.length * classes];
      for (int i = 0; i < first.length; i++) {
        System.arraycopy(stored, first[i] * classes, targets, i * classes, classes);
      }
      StepParts parts = new StepParts(lesson, options.joint());
      parts.add(
          batch,
          from -> {
            System.arraycopy(learner.logits(), from * classes, given, 0, given.length);
            return LogitLoss.crossEntropy(learner, from, batch.size(), 1);
          });
      parts.add(
          past,
          first,
          from -> LogitLoss.squaredDistance(learner, from, first.length, options.alpha(), targets));
      parts.add(
          past,
          second,
          from -> LogitLoss.crossEntropy(learner, from, second.length, options.beta()));
      double loss = parts.gradient();
      learner.update();
      for (int i = 0; i < batch.size(); i++) {
        int place = past.offer(batch.at(i));
        if (place >= 0) {
          System.arraycopy(given, i * classes, stored, place * classes, classes);
        }
      }
      return loss;
    }

    private int[] draw(double factor, String purpose) {
      return factor == 0
          ? new int[0]
          : past.draw(options.memory().replayed(lesson.batchSize()), lesson.random(purpose));
    }

    @Override
    public void save(Memory memory) {
      past.save(memory);
      memory.set(LOGITS, stored);
    }
  }
}
