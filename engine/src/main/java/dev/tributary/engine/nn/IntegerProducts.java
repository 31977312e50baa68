package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The three products of a quantised layer, and the sums of its bias. */
interface IntegerProducts {

  /** What computes this layer. */
  static IntegerProducts of(QuantizedLayer layer, Workspace workspace) {
    return switch (layer) {
      case QuantizedConv2d convolution -> new IntegerConvolution(convolution, workspace);
      case QuantizedDense dense -> new IntegerDense(dense, workspace);
    };
  }

  /**
   * The layer's output.
   *
   * @param x n samples, images with their channels last; stays as it is until {@link #backward}
   * @param n the number of samples
   * @param y likewise, written
   */
  void forward(Tensor x, int n, Tensor y);

  /**
   * Writes the gradients of the last forward pass.
   *
   * @param dy of y
   * @param n the number of samples
   * @param dx of x, or null where nobody wants it
   * @param pass what the codes of dy are drawn from, at the child of the layer's name
   */
  void backward(Tensor dy, int n, @Nullable Tensor dx, Pass pass);
}
