package dev.tributary.engine.training;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Tensor;

/**
 * One optimiser step in progress.
 *
 * <p>The three tensors are flat, float32, of length {@code layout().trainableSize()}, in the
 * layout's order. They are live: a hook changes {@link #gradient} (before the update) or {@link
 * #weights} (after it) in place, and must leave {@link #start} alone.
 */
public interface Step {

  /** The local epoch, from 0. */
  int epoch();

  /** The mini-batch within the epoch, from 0. */
  int batch();

  /** The layout of the whole model; its trainable prefix is what the tensors hold. */
  ParameterLayout layout();

  /** The weights now. */
  Tensor weights();

  /**
   * The mean gradient of this batch's loss; in {@link StepHook#afterUpdate} only where the hook
   * needed it.
   */
  Tensor gradient();

  /** The weights at which this local training started: what the server sent. */
  Tensor start();
}
