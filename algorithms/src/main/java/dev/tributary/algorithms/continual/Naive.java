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
    Learner learner = lesson.learner();
    return batch -> {
      learner.clear();
      lesson.add(batch);
      lesson.forward(false);
      double loss = LogitLoss.crossEntropy(learner, 0, batch.size(), 1);
      learner.backward();
      learner.update();
      return loss;
    };
  }
}
