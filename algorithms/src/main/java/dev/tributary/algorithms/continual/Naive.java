package dev.tributary.algorithms.continual;

import dev.tributary.engine.training.Learner;

/**
 * Naive fine-tuning: learns each task as it comes and does nothing against forgetting. The floor.
 *
 * <p><b>Cost.</b> None beyond training.
 */
public record Naive() implements ContinualStrategy {

  @Override
  public String id() {
    return "naive";
  }

  @Override
  public Session open(Lesson lesson) {
    return batch -> {
      double loss = gradient(lesson, batch);
      lesson.learner().update();
      return loss;
    };
  }

  /** The gradient of the new examples' mean cross-entropy, which is returned. */
  static double gradient(Lesson lesson, Batch batch) {
    Learner learner = lesson.learner();
    learner.clear();
    lesson.add(batch);
    lesson.forward(false);
    double loss = LogitLoss.crossEntropy(learner, 0, batch.size(), 1);
    learner.backward();
    return loss;
  }
}
