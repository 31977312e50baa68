package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import java.util.Optional;

/**
 * A method against the loss of plasticity: what it adds to a learner's steps, and what it does at
 * the borders between tasks and after federated averaging. Pure: no actors, no clock, no hidden
 * state; everything random comes from the seeds in the {@link PlasticityStart}.
 *
 * <p>The division of labour around it: whoever builds the model fills slots that nothing else fills
 * as {@link #filling} says and calls {@link #require}; a learner applies {@link #beginTask} to its
 * weights when its data become another task's, and runs each local training with the {@link #hook};
 * a server applies {@link #afterAggregate} to each new average.
 */
public interface PlasticityMethod {

  /** The name in scenario files, for example {@code nap}. */
  String id();

  /** How the model's slots are filled where neither scenario nor algorithm says; often no wish. */
  default Optional<ModelFilling> filling() {
    return Optional.empty();
  }

  /**
   * Throws where the method makes no sense on this model.
   *
   * @throws IllegalArgumentException with the reason and the way out
   */
  default void require(Model model) {}

  /**
   * The weights at which a learner begins another task; not called before the first.
   *
   * @param weights the whole model as the last task left it
   */
  default ParameterVector beginTask(ParameterVector weights, PlasticityStart start) {
    return weights;
  }

  /**
   * Whether {@link #beginTask} does anything, so that a learner must not miss a task's beginning.
   */
  default boolean actsAtBorders() {
    return false;
  }

  /** What is added to the steps of one local training; whoever asks closes it. */
  PlasticityHook hook(PlasticityStart start);

  /**
   * The shared weights after federated averaging.
   *
   * @param weights the average, of the whole model or of the tensors that travel
   * @param initial the same tensors at initialisation
   */
  default ParameterVector afterAggregate(ParameterVector weights, ParameterVector initial) {
    return weights;
  }
}
