package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.ExampleGradients;
import dev.tributary.engine.training.Learner;

/**
 * EWC: holds each weight near its value after earlier tasks, the more the more their likelihood
 * depends on it.
 *
 * <p>J. Kirkpatrick and others: Overcoming catastrophic forgetting in neural networks. PNAS 2017,
 * arXiv:1612.00796. Online variant: J. Schwarz and others: Progress &amp; Compress. ICML 2018,
 * arXiv:1805.06370.
 *
 * <pre>
 *   L = CE(B_n) + sum_t lambda/2 sum_i F_t,i (theta_i - theta*_t,i)^2
 *   F_t,i = 1/N sum_n ( d log p(y_n | x_n, theta*_t) / d theta_i )^2      at the end of task t
 *
 *   online:  L = CE(B_n) + lambda/2 sum_i F_i (theta_i - theta*_i)^2,   F &lt;- gamma F + F_t
 * </pre>
 *
 * <p><b>Symbols.</b> lambda: {@link Options#lambda}; gamma: {@link Options#gamma}; y_n: {@link
 * Options#fisher}; theta*_t: the weights at the end of task t; N: its training examples.
 *
 * <p><b>Choices.</b>
 *
 * <ul>
 *   <li>Estimator: the square of each single example's gradient, never of a batch's mean, which
 *       near an optimum is smaller by about the batch size. With {@code fisher = empirical} y_n is
 *       the example's label, with {@code model-sampled} one drawn from the model's prediction, once
 *       per example, which is the Fisher information's definition.
 *   <li>Normaliser: N. Factor: lambda/2, as the paper writes it; code without the half means twice
 *       the lambda.
 *   <li>The gradients are those of the model in evaluation: running statistics are constants, there
 *       is no dropout.
 *   <li>All that gradients move is held, a normalisation layer's scale and shift included.
 * </ul>
 *
 * <p>The sum over tasks is kept exactly in two vectors, whatever the number of tasks: up to a
 * constant it is lambda/2 sum_i A_i (theta_i - m_i)^2 with A = sum_t F_t and m the mean of the
 * theta*_t weighed by F_t.
 *
 * <p><b>Cost.</b> Two vectors of the weights' size kept; a pass over them a step; at a task's end a
 * forward and backward pass for each example alone. Plain descent diverges where lr lambda A
 * exceeds 2 for some weight. lambda = 0 is {@link Naive} to the bit.
 */
public record ElasticWeightConsolidation(Options options) implements ContinualStrategy {
  private static final String FISHER = "ewc.fisher";
  private static final String ANCHOR = "ewc.anchor";

  /** Whose label's likelihood is differentiated. */
  public enum Fisher {
    /** The example's own. */
    EMPIRICAL,
    /** One drawn from the model's prediction. */
    MODEL_SAMPLED
  }

  /**
   * Settings below {@code continual}.
   *
   * @param lambda the penalty's weight, &ge; 0
   * @param fisher the estimator
   * @param online whether one penalty at the last task's weights stands for all tasks
   * @param gamma what is left of the Fisher information at each task's end if online, in [0, 1]
   */
  public record Options(double lambda, Fisher fisher, boolean online, double gamma) {
    /**
     * Reads {@code lambda} (default 10), {@code fisher} (empirical), {@code online} (false) and
     * {@code gamma} (1).
     */
    public static Options from(Settings settings) {
      double gamma = settings.number("gamma", 1);
      settings.require(gamma >= 0 && gamma <= 1, "gamma", "in [0, 1]", gamma);
      return new Options(
          Factors.nonNegative(settings, "lambda", 10),
          settings.choice("fisher", Fisher.EMPIRICAL),
          settings.flag("online", false),
          gamma);
    }
  }

  @Override
  public String id() {
    return "ewc";
  }

  @Override
  public boolean actsAtBorders() {
    return true;
  }

  @Override
  public void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {
    memory.add(FISHER, Role.MEMORY, Shape.of(model.trainableSize()));
    memory.add(ANCHOR, Role.MEMORY, Shape.of(model.trainableSize()));
  }

  @Override
  public Session open(Lesson lesson) {
    return new Rounds(options, lesson, lesson.memory().get(FISHER), lesson.memory().get(ANCHOR));
  }

  private static final class Rounds implements Session {
    private final Options options;
    private final Lesson lesson;
    private final float[] fisher;
    private final float[] anchor;
    private final QuadraticPenalty penalty;

    Rounds(Options options, Lesson lesson, float[] fisher, float[] anchor) {
      this.options = options;
      this.lesson = lesson;
      this.fisher = fisher;
      this.anchor = anchor;
      this.penalty = new QuadraticPenalty(options.lambda(), fisher, anchor);
    }

    @Override
    public double observe(Batch batch) {
      double loss = Naive.gradient(lesson, batch);
      if (lesson.task() > 0) {
        penalty.addGradient(lesson.learner());
      }
      lesson.learner().update();
      return loss;
    }

    @Override
    public void end() {
      if (options.lambda() == 0) {
        return;
      }
      Learner learner = lesson.learner();
      double[] added = information(learner.exampleGradients());
      float[] weights = new float[fisher.length];
      learner.weights().copyOut(weights, weights.length);
      for (int i = 0; i < fisher.length; i++) {
        double kept = options.online() ? options.gamma() * fisher[i] : fisher[i];
        double sum = kept + added[i];
        if (options.online()) {
          anchor[i] = weights[i];
        } else if (sum > 0) {
          anchor[i] = (float) (anchor[i] + added[i] / sum * ((double) weights[i] - anchor[i]));
        }
        fisher[i] = (float) sum;
      }
    }

    /** F_t of the current task at the weights as they are. */
    private double[] information(ExampleGradients gradients) {
      int from = lesson.seen().start(lesson.task());
      int n = lesson.seen().size() - from;
      RandomStream random = lesson.random("fisher");
      double[] sum = new double[fisher.length];
      for (int i = 0; i < n; i++) {
        double[] predicted = gradients.predict(lesson.seen(), from + i);
        int label =
            switch (options.fisher()) {
              case EMPIRICAL -> lesson.seen().label(from + i);
              case MODEL_SAMPLED -> drawn(predicted, random);
            };
        gradients.addSquares(label, sum);
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] /= n;
      }
      return sum;
    }

    private static int drawn(double[] probabilities, RandomStream random) {
      double left = random.nextDouble();
      int label = 0;
      while (label < probabilities.length - 1 && left >= probabilities[label]) {
        left -= probabilities[label++];
      }
      return label;
    }

    @Override
    public void save(Memory memory) {
      memory.set(FISHER, fisher);
      memory.set(ANCHOR, anchor);
    }
  }
}
