package dev.tributary.engine.nn;

/**
 * The bytes that a live network holds, by what they are for. It grows with the batches that it
 * meets; what oneDNN keeps inside its primitives is not in it.
 *
 * @param parameters float32 weights, the masters of quantised ones, with what a model keeps beside
 * @param gradients of the trainable ones
 * @param activations floats of layers: inputs, outputs, their gradients, and copies of both
 * @param codes of quantised layers, with their scales
 * @param scratch of integer products: packed panels, for one product at a time
 */
public record NetworkMemory(
    long parameters, long gradients, long activations, long codes, long scratch) {

  /** All of them. */
  public long total() {
    return parameters + gradients + activations + codes + scratch;
  }
}
