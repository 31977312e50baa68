package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;

/**
 * A continual method: what a learner does with each mini-batch of a stream so that it does not
 * forget what came before. Pure: no actors, no clock; everything random comes from the seeds in the
 * {@link Lesson}.
 *
 * <p>A learner takes part in rounds (one or more a task). Each round opens a {@link Session}; what
 * the method must still know in the next round it declares as tensors of {@link
 * dev.tributary.engine.parameters.Role#MEMORY} and finds again in {@link Lesson#memory}. So its
 * memory is saved, hashed and resumed like a client's statistics, to the bit.
 */
public interface ContinualStrategy {

  /** The name in scenario files, for example {@code er-ace}. */
  String id();

  /** What the method trains on. */
  enum Scope {
    /** The current task's examples: what continual learning means. */
    CURRENT,
    /** The examples of all tasks so far, mixed: not continual, the bound to compare with. */
    SEEN
  }

  /** What the method trains on; the current task unless it is a bound. */
  default Scope scope() {
    return Scope.CURRENT;
  }

  /**
   * Whether it does something when a task begins or ends. Such a method must be there in each
   * task's first and last round: with cohorts that leave clients out it is refused.
   */
  default boolean actsAtBorders() {
    return false;
  }

  /** The rows of its largest forward pass. */
  default int largestStep(int batchSize) {
    return batchSize;
  }

  /**
   * Declares what is kept from round to round, all zeros before the first.
   *
   * @param memory to which tensors of role MEMORY are added
   * @param model the layout of the model
   * @param classes the number of classes
   */
  default void declare(ParameterLayout.Builder memory, ParameterLayout model, int classes) {}

  /** Begins one round of one learner. */
  Session open(Lesson lesson);

  /** One round of one learner. */
  interface Session {

    /** Called before the first batch of a task's first round. */
    default void begin() {}

    /**
     * Learns from new examples: one whole optimiser step.
     *
     * @return the mean loss on the new examples before the step, in nats
     */
    double observe(Batch batch);

    /** Called after the last batch of a task's last round. */
    default void end() {}

    /** Writes what must be known in the next round. */
    default void save(Memory memory) {}
  }
}
