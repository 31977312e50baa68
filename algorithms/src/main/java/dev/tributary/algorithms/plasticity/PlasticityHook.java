package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.training.StepHook;

/**
 * The hook of one local training, with the memory it may hold. To be joined with the algorithm's
 * own by {@link dev.tributary.engine.training.StepHooks#both}, this one first: a penalty is part of
 * the loss that the algorithm sees.
 */
public interface PlasticityHook extends StepHook, AutoCloseable {
  /** Adds nothing: plain local training. */
  PlasticityHook NONE =
      new PlasticityHook() {
        @Override
        public boolean needsGradient(int epoch, int batch) {
          return false;
        }
      };

  /** Frees what the hook holds. */
  @Override
  default void close() {}
}
