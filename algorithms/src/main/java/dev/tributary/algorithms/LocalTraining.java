package dev.tributary.algorithms;

import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;

/** Trains a model on a client's own data; what an algorithm's client half calls. */
@FunctionalInterface
public interface LocalTraining {

  /** Runs the scenario's local epochs from {@code start}, calling {@code hook} at every step. */
  TrainingResult run(ParameterVector start, StepHook hook);
}
