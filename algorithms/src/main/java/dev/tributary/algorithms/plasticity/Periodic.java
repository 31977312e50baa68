package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.training.Step;

/** Changes the weights after every k-th step of a learner, over all its trainings. */
final class Periodic implements PlasticityHook {

  /** What happens to the weights. */
  @FunctionalInterface
  interface Change {
    /**
     * Changes {@code step.weights()} in place.
     *
     * @param taken the learner's steps so far, this one included
     */
    void after(Step step, long taken);
  }

  private final Every every;
  private final Change change;
  private long taken;

  /**
   * @param before the steps that the learner has taken in earlier trainings
   */
  Periodic(Every every, long before, Change change) {
    this.every = every;
    this.taken = before;
    this.change = change;
  }

  @Override
  public boolean needsGradient(int epoch, int batch) {
    return false;
  }

  @Override
  public void afterUpdate(Step step) {
    taken++;
    if (every.at(taken)) {
      change.after(step, taken);
    }
  }
}
