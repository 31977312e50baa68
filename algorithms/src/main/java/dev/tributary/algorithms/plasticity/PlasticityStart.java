package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;

/**
 * What a method knows when a local training begins.
 *
 * @param model what is trained
 * @param engine what computes
 * @param initial the whole model at the beginning of the run: {@code model.initial(...)}
 * @param data the learner's training examples, of a stream those of its current task, at least one;
 *     where a probe batch is drawn from
 * @param seeds of this learner and this training (a client's round), for this method alone
 * @param steps the optimiser steps that this learner has taken before, &ge; 0: what "every k steps"
 *     counts on from
 */
public record PlasticityStart(
    Model model, Engine engine, ParameterVector initial, Examples data, Seeds seeds, long steps) {

  /** Checks that the parts belong together. */
  public PlasticityStart {
    initial.require(model.layout());
    if (steps < 0) {
      throw new IllegalArgumentException("the steps taken before must be >= 0, got " + steps);
    }
  }
}
