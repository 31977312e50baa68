package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Tensor;

/**
 * A live layer: explicit forward and backward over memory it owns. Not safe for several threads.
 *
 * <p>What a call returns is the layer's own and valid until its next call.
 */
public interface Layer {

  /**
   * The output for {@code x}.
   *
   * @param x [n, input...], n at most the workspace's batch; must stay as it is until {@link
   *     #backward} has returned
   */
  Tensor forward(Tensor x, Pass pass);

  /**
   * The gradient of the input of the last {@link #forward}; writes the gradients of the parameters.
   * Where the workspace says that nobody needs the input's gradient, what is returned has no
   * meaning.
   *
   * @param dy [n, output...]; may be overwritten
   * @param pass the pass of that forward
   */
  Tensor backward(Tensor dy, Pass pass);
}
