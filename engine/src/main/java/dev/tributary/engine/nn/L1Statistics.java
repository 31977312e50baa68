package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;

/** The statistics of an {@link L1BatchNorm}, [channels] each: a batch's, and the running ones. */
final class L1Statistics {
  private final Kernels kernels;
  private final double momentum;
  private final Tensor runningMean;
  private final Tensor runningSpread;
  private final Tensor mean;
  private final Tensor spread;

  L1Statistics(L1BatchNorm spec, Workspace workspace) {
    this.kernels = workspace.kernels();
    this.momentum = spec.momentum();
    this.runningMean = workspace.parameter(spec.name() + ".running-mean");
    this.runningSpread = workspace.parameter(spec.name() + ".running-spread");
    Shape channels = Shape.of(spec.input().axis(0));
    this.mean = workspace.tensor(channels);
    this.spread = workspace.tensor(channels);
  }

  /** The batch's means. */
  Tensor mean() {
    return mean;
  }

  /** The batch's spreads. */
  Tensor spread() {
    return spread;
  }

  /** Moves the running statistics towards the batch's. */
  void follow() {
    kernels.scaleAdd(momentum, mean, 1 - momentum, runningMean);
    kernels.scaleAdd(momentum, spread, 1 - momentum, runningSpread);
  }
}
