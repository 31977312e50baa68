package dev.tributary.client;

import dev.tributary.algorithms.continual.AdaB2N;
import dev.tributary.algorithms.continual.ContinualRound;
import dev.tributary.algorithms.continual.ContinualStrategy;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.training.LocalOptions;

/**
 * How clients with streams learn.
 *
 * @param strategy the continual method
 * @param adab2n what layers that know tasks are told
 * @param memory the layout of what it keeps at each client
 * @param local passes over the examples in one round, and examples per step, {@linkplain
 *     LocalOptions#of for the model}
 * @param once whether a task's rounds share its examples, see {@link ContinualRound#once}
 */
public record StreamWork(
    ContinualStrategy strategy,
    AdaB2N adab2n,
    ParameterLayout memory,
    LocalOptions local,
    boolean once) {

  /** The layout of what a strategy keeps for a model. */
  public static ParameterLayout memory(
      ContinualStrategy strategy, ParameterLayout model, int classes) {
    ParameterLayout.Builder builder = ParameterLayout.builder();
    strategy.declare(builder, model, classes);
    return builder.build();
  }

  /** The optimiser steps that a client's rounds before this one had. */
  long stepsBefore(ClientStream stream, int round) {
    long steps = 0;
    for (int r = 1; r < round; r++) {
      steps += round(stream, r).steps();
    }
    return steps;
  }

  /** A client's part in a round. */
  ContinualRound round(ClientStream stream, int round) {
    return new ContinualRound(
        strategy,
        adab2n,
        stream.seen(round),
        stream.task(round),
        local,
        stream.part(round),
        stream.parts(round),
        once,
        // Met once, in one pass, examples keep the stream's order.
        local.epochs() > 1 || (stream.parts(round) > 1 && !once));
  }
}
