package dev.tributary.engine.training;

/**
 * What an algorithm adds to a local optimiser step: a change of the gradient before the optimiser
 * sees it (a proximal term, a clip), a change of the weights after it (a projection).
 */
public interface StepHook {
  /** Adds nothing: plain local training. */
  StepHook NONE = new StepHook() {};

  /** Called with the batch's mean gradient, before weight decay, momentum and the update. */
  default void afterBackward(Step step) {}

  /** Called after the update. */
  default void afterUpdate(Step step) {}
}
