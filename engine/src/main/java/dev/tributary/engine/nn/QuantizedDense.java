package dev.tributary.engine.nn;

import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@link Dense} by integer products.
 *
 * @param source the dense layer
 * @param precision bits and scales
 */
public record QuantizedDense(Dense source, Precision precision) implements QuantizedLayer {

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final IntegerProducts dense;
    private final BatchTensor output;
    private final @Nullable BatchTensor down;

    Live(QuantizedDense spec, Workspace workspace) {
      this.dense = IntegerProducts.of(spec, workspace);
      this.output = workspace.batch(spec.output());
      this.down = workspace.inputGradient() ? workspace.batch(spec.input()) : null;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Tensor y = output.rows(x.shape().axis(0));
      dense.forward(x, x.shape().axis(0), y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      int n = dy.shape().axis(0);
      Tensor dx = down == null ? null : down.rows(n);
      dense.backward(dy, n, dx, pass);
      return dx == null ? dy : dx;
    }
  }
}
