package dev.tributary.client;

import dev.tributary.algorithms.continual.ContinualRound;
import dev.tributary.algorithms.continual.ContinualStrategy;
import dev.tributary.engine.parameters.ParameterLayout;

/**
 * How clients with streams learn.
 *
 * @param strategy the continual method
 * @param memory the layout of what it keeps at each client
 * @param epochs passes over the current task's examples in one round, &ge; 1
 * @param batchSize examples per step, &ge; 1
 * @param shuffled whether each pass draws an order of its own, see {@link ContinualRound#shuffled}
 */
public record StreamWork(
    ContinualStrategy strategy,
    ParameterLayout memory,
    int epochs,
    int batchSize,
    boolean shuffled) {

  /** The layout of what a strategy keeps for a model. */
  public static ParameterLayout memory(
      ContinualStrategy strategy, ParameterLayout model, int classes) {
    ParameterLayout.Builder builder = ParameterLayout.builder();
    strategy.declare(builder, model, classes);
    return builder.build();
  }

  /** A client's part in a round. */
  ContinualRound round(ClientStream stream, int round) {
    return new ContinualRound(
        strategy,
        stream.seen(round),
        stream.task(round),
        epochs,
        batchSize,
        shuffled,
        stream.begins(round),
        stream.ends(round));
  }
}
