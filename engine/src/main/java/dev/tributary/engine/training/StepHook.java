package dev.tributary.engine.training;

/**
 * What an algorithm adds to a local optimiser step: a change of the gradient before the optimiser
 * sees it (a proximal term, a clip), a change of the weights after it (a projection).
 */
public interface StepHook {
  /** Adds nothing: plain local training. */
  StepHook NONE =
      new StepHook() {
        @Override
        public boolean needsGradient(int epoch, int batch) {
          return false;
        }
      };

  /**
   * Whether {@link #afterBackward} is to be called at this step. Where it is not, plain gradient
   * descent may take a shorter way that never has the whole gradient.
   *
   * @param epoch the local epoch, from 0
   * @param batch the mini-batch within the epoch, from 0
   */
  default boolean needsGradient(int epoch, int batch) {
    return true;
  }

  /** Called with the batch's mean gradient, before weight decay, momentum and the update. */
  default void afterBackward(Step step) {}

  /** Called after the update. */
  default void afterUpdate(Step step) {}
}
