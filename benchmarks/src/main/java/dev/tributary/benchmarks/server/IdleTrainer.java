package dev.tributary.benchmarks.server;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.Trainer;
import dev.tributary.engine.training.TrainingResult;

/** Gives back the weights that it got: what is left of a round is what actors and codecs cost. */
record IdleTrainer(ParameterLayout layout) implements Trainer {

  @Override
  public TrainingResult train(ParameterVector start, Examples data, Seeds seeds, StepHook hook) {
    return new TrainingResult(start, data.size(), data.size(), 1, 0);
  }

  @Override
  public Learner learn(ParameterVector start, Seeds seeds, StepHook hook, int plannedSteps) {
    throw new UnsupportedOperationException("this trainer only trains whole rounds");
  }

  @Override
  public Evaluation evaluate(ParameterVector weights, Examples data, int[] within) {
    return Evaluation.NONE;
  }

  @Override
  public void close() {}
}
