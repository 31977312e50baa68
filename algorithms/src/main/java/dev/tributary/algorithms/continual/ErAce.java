package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.Learner;
import java.util.Arrays;

/**
 * ER-ACE: replay with an asymmetric cross-entropy. New examples compete among the current classes
 * only, so that they do not push the old ones' logits down; replayed examples compete among all.
 *
 * <p>L. Caccia, R. Aljundi, N. Asadi, T. Tuytelaars, J. Pineau, E. Belilovsky: New Insights on
 * Reducing Abrupt Representation Change in Online Continual Learning. ICLR 2022, arXiv:2104.05025.
 *
 * <pre>
 *   L = CE(B_n; logits of C_n alone) + CE(B_m; all logits)
 *   theta &lt;- theta - lr grad L
 *   M &lt;- M with B_n offered
 * </pre>
 *
 * <p><b>Symbols.</b> B_n: the new batch; M, |M|, |B_m|: {@link ReplayOptions}; C_n: {@link Mask}.
 *
 * <p><b>Choices.</b> In the first task there is nothing to protect: plain cross-entropy without
 * replay, as the code that AdaB2N (Lyu et al., NeurIPS 2023) was measured with has it; the memory
 * fills. Both losses are means over their rows, so the two weigh alike whatever |B_m| is. One
 * forward pass serves both parts; {@code joint = false} gives each its own.
 *
 * <p><b>Differences from the source.</b> {@code mask = batch-and-new} is that code's, not the
 * paper's: it lets class ids in that come after those seen, on the ground that ids are given in the
 * order in which classes appear. Where they are not it means little.
 *
 * <p><b>Cost.</b> As {@link ExperienceReplay}.
 */
public record ErAce(Options options) implements ContinualStrategy {
  private static final String CLASSES = "er-ace.classes";

  /** The classes whose logits take part in the loss on new examples. */
  public enum Mask {
    /** Those in the new batch. */
    BATCH,
    /** Those in the new batch and all ids from the largest seen so far on, itself included. */
    BATCH_AND_NEW
  }

  /**
   * Settings below {@code continual}.
   *
   * @param memory of past examples
   * @param joint whether new and replayed examples share one forward pass
   * @param mask the classes that new examples compete among
   */
  public record Options(ReplayOptions memory, boolean joint, Mask mask) {
    /** Reads {@link ReplayOptions}, {@code joint} (default true) and {@code mask} (batch). */
    public static Options from(Settings settings) {
      return new Options(
          ReplayOptions.from(settings),
          settings.flag("joint", true),
          settings.choice("mask", Mask.BATCH));
    }
  }

  @Override
  public String id() {
    return "er-ace";
  }

  @Override
  public int largestStep(int batchSize) {
    int replayed = options.memory().replayed(batchSize);
    return options.joint() ? batchSize + replayed : Math.max(batchSize, replayed);
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    options.memory().declare(memory);
    memory.add(CLASSES, Role.MEMORY, Shape.of(1));
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson);
  }

  private static final class Rounds implements Session {
    private final Options options;
    private final Lesson lesson;
    private final ReplayMemory past;

    /** One more than the largest class id seen so far. */
    private int classes;

    Rounds(Options options, Lesson lesson) {
      this.options = options;
      this.lesson = lesson;
      this.past = options.memory().open(lesson);
      this.classes = lesson.memory().getWhole(CLASSES)[0];
    }

    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      batch.forEach(index -> classes = Math.max(classes, lesson.seen().label(index) + 1));
      double loss = lesson.task() == 0 ? Naive.gradient(lesson, batch) : gradient(learner, batch);
      learner.update();
      batch.forEach(past::offer);
      return loss;
    }

    private double gradient(Learner learner, Batch batch) {
      boolean[] current = current(batch);
      int count = options.memory().replayed(lesson.batchSize());
      int[] places = past.draw(count, lesson.random("replay"));
      StepParts parts = new StepParts(lesson, options.joint());
      parts.add(batch, from -> LogitLoss.crossEntropy(learner, from, batch.size(), 1, current));
      parts.add(past, places, from -> LogitLoss.crossEntropy(learner, from, places.length, 1));
      return parts.gradient();
    }

    private boolean[] current(Batch batch) {
      boolean[] current = new boolean[lesson.learner().classes()];
      batch.forEach(index -> current[lesson.seen().label(index)] = true);
      if (options.mask() == Mask.BATCH_AND_NEW) {
        Arrays.fill(current, classes - 1, current.length, true);
      }
      return current;
    }

    @Override
    public void save(Memory memory) {
      past.save(memory);
      memory.setWhole(CLASSES, classes);
    }
  }
}
