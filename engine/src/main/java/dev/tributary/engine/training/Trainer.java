package dev.tributary.engine.training;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;

/**
 * Trains and evaluates one model; owns the memory for it, so it is built once per worker thread and
 * used for many clients. Nothing of one call is left for the next: the result depends on the
 * arguments alone.
 */
public interface Trainer extends AutoCloseable {

  /** The layout of the model's parameters. */
  ParameterLayout layout();

  /**
   * Runs the local epochs.
   *
   * @param start the whole model to start from; not changed
   * @param data the client's training examples, at least one
   * @param seeds where shuffling and dropout draw from
   * @param hook what the algorithm adds to each step
   */
  TrainingResult train(ParameterVector start, Examples data, Seeds seeds, StepHook hook);

  /**
   * Begins a training whose steps the caller takes itself.
   *
   * @param start the whole model to start from; not changed
   * @param seeds where dropout draws from
   * @param hook what the algorithm adds to each step
   * @param plannedSteps for the schedule of the learning rate, &ge; 1
   * @return the learner, valid until the trainer is used again
   */
  Learner learn(ParameterVector start, Seeds seeds, StepHook hook, int plannedSteps);

  /** Evaluates in evaluation mode: running statistics, no dropout. */
  default Evaluation evaluate(ParameterVector weights, Examples data) {
    return evaluate(weights, data, new int[0]);
  }

  /**
   * Evaluates in evaluation mode.
   *
   * @param within the classes of the task that the examples belong to, for {@link
   *     Evaluation#correctWithin}; empty for all
   */
  Evaluation evaluate(ParameterVector weights, Examples data, int[] within);

  @Override
  void close();
}
