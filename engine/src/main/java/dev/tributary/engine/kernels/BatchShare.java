package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How the statistics that normalise move with those of the batch: what a gradient needs to go
 * through them. Statistics that do not depend on the batch have shares of 0, the batch's own have
 * shares of 1.
 *
 * @param batchMean the means of the batch, [channels]
 * @param meanByMean the derivative of the mean by the batch's mean
 * @param varByVar the derivative of the variance by the batch's biased variance
 * @param varByMean the derivative of the variance by the batch's mean, [channels], or none
 */
public record BatchShare(
    Tensor batchMean, double meanByMean, double varByVar, @Nullable Tensor varByMean) {

  /** Of the batch's own statistics. */
  static BatchShare whole(Tensor batchMean) {
    return new BatchShare(batchMean, 1, 1, null);
  }
}
