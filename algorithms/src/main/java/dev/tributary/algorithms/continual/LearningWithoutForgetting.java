package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.Learner;
import java.util.Arrays;

/**
 * LwF: while it learns new classes the network keeps giving the answers for old ones that it gave,
 * on the new task's own examples, before the task began.
 *
 * <p>Z. Li, D. Hoiem: Learning without Forgetting. ECCV 2016, arXiv:1606.09282.
 *
 * <pre>
 *   y_o = softmax over the old classes of h(x; theta_o) / T,  theta_o: the weights the task began with
 *   q   = softmax over the old classes of h(x; theta) / T
 *   L   = CE(B_n) + lambda 1/|B_n| sum over B_n of KL(y_o || q)
 * </pre>
 *
 * <p><b>Symbols.</b> T: {@link Options#temperature}; lambda (the paper's lambda_o): {@link
 * Options#lambda}; h: the logits.
 *
 * <p><b>Choices.</b> Old classes are those of the examples of earlier tasks. The paper writes the
 * cross-entropy of y_o and q; KL is the same less a constant, so its gradient is the same, (q -
 * y_o) / T per logit. There is no factor T^2, which Hinton's distillation has: at T = 2 a lambda of
 * 4 gives that. y_o comes from the network in evaluation mode, once per example and round.
 *
 * <p><b>Differences from the source.</b> One head for all classes instead of one per task, so CE
 * runs over the old classes too, and no first phase that trains the new head alone. The weight
 * decay of the paper is the optimiser's.
 *
 * <p><b>Cost.</b> One whole model kept; once for each example and round a forward pass, and its
 * logits in memory while the round lasts. lambda = 0 is {@link Naive} to the bit.
 */
public record LearningWithoutForgetting(Options options) implements ContinualStrategy {
  private static final String TEACHER = "lwf.teacher";

  /**
   * Settings below {@code continual}.
   *
   * @param lambda the weight of the distillation, &ge; 0
   * @param temperature that logits are divided by in it, &gt; 0
   */
  public record Options(double lambda, double temperature) {
    /** Reads {@code lambda} (default 1) and {@code temperature} (2). */
    public static Options from(Settings settings) {
      return new Options(
          Factors.nonNegative(settings, "lambda", 1), Factors.positive(settings, "temperature", 2));
    }
  }

  @Override
  public String id() {
    return "lwf";
  }

  @Override
  public boolean actsAtBorders() {
    return true;
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    memory.add(TEACHER, Role.MEMORY, Shape.of(model.size()));
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson);
  }

  private static final class Rounds implements Session {
    private final Options options;
    private final Lesson lesson;
    private final boolean[] old;
    private final int first;
    private final boolean distils;
    private final float[][] answers;
    private ParameterVector teacher;

    Rounds(Options options, Lesson lesson) {
      this.options = options;
      this.lesson = lesson;
      JoinedExamples seen = lesson.seen();
      this.old = new boolean[seen.classes()];
      this.first = seen.start(lesson.task());
      for (int i = 0; i < first; i++) {
        old[seen.label(i)] = true;
      }
      this.distils = first > 0 && options.lambda() > 0;
      this.answers = new float[seen.size() - first][0];
      this.teacher = ParameterVector.of(lesson.learner().layout(), lesson.memory().get(TEACHER));
    }

    @Override
    public void begin() {
      teacher = lesson.learner().save();
    }

    @Override
    public double observe(Batch batch) {
      Learner learner = lesson.learner();
      float[] targets = distils ? targets(learner, batch) : new float[0];
      learner.clear();
      lesson.add(batch);
      lesson.forward(false);
      int n = batch.size();
      double loss = LogitLoss.crossEntropy(learner, 0, n, 1);
      if (distils) {
        double t = options.temperature();
        LogitLoss.distillation(learner, 0, n, options.lambda(), targets, t, old);
      }
      learner.backward();
      learner.update();
      return loss;
    }

    /** The teacher's logits for these examples, asked for once. */
    private float[] targets(Learner learner, Batch batch) {
      int classes = learner.classes();
      float[] targets = new float[batch.size() * classes];
      boolean asks = false;
      for (int i = 0; i < batch.size(); i++) {
        asks |= answers[batch.at(i) - first].length == 0;
      }
      if (asks) {
        ParameterVector student = learner.save();
        learner.load(teacher);
        learner.clear();
        lesson.add(batch);
        float[] logits = learner.evaluate();
        for (int i = 0; i < batch.size(); i++) {
          answers[batch.at(i) - first] = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
        }
        learner.load(student);
      }
      for (int i = 0; i < batch.size(); i++) {
        System.arraycopy(answers[batch.at(i) - first], 0, targets, i * classes, classes);
      }
      return targets;
    }

    @Override
    public void save(Memory memory) {
      memory.set(TEACHER, teacher.toArray());
    }
  }
}
