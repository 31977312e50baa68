package dev.tributary.engine.training;

import dev.tributary.engine.nn.Network;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Tensor;

/** The step of a network in training, moved on from one to the next so that none allocates. */
final class LiveStep implements Step {
  private final Network network;
  private final Tensor start;
  private int epoch;
  private int batch;

  /** Of this network's weights and gradient, begun at {@code start}. */
  LiveStep(Network network, Tensor start) {
    this.network = network;
    this.start = start;
  }

  /** Moves on. */
  void at(int newEpoch, int newBatch) {
    epoch = newEpoch;
    batch = newBatch;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public ParameterLayout layout() {
    return network.layout();
  }

  @Override
  public Tensor weights() {
    return network.weights();
  }

  @Override
  public Tensor gradient() {
    return network.gradient();
  }

  @Override
  public Tensor start() {
    return start;
  }
}
