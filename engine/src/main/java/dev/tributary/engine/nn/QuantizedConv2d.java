package dev.tributary.engine.nn;

import dev.tributary.engine.integer.ChannelsLast;
import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@link Conv2d} by integer products; with weight standardisation, what is quantised is the
 * standardised kernel.
 *
 * @param source the convolution
 * @param precision bits and scales
 */
public record QuantizedConv2d(Conv2d source, Precision precision) implements QuantizedLayer {

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  /** Between tensors in row-major order, which are turned to channels last and back. */
  private static final class Live implements Layer {
    private final Shape in;
    private final Shape out;
    private final IntegerProducts convolution;
    private final ChannelsLast order = new ChannelsLast();
    private final BatchTensor input;
    private final BatchTensor raw;
    private final BatchTensor output;
    private final @Nullable BatchTensor rawDown;
    private final @Nullable BatchTensor down;

    Live(QuantizedConv2d spec, Workspace workspace) {
      this.in = spec.input();
      this.out = spec.output();
      this.convolution = IntegerProducts.of(spec, workspace);
      this.input = workspace.batch(in);
      this.raw = workspace.batch(out);
      this.output = workspace.batch(out);
      this.rawDown = workspace.inputGradient() ? workspace.batch(in) : null;
      this.down = workspace.inputGradient() ? workspace.batch(in) : null;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      int n = x.shape().axis(0);
      order.turn(x, n, in.axis(0), area(in), input.rows(n));
      convolution.forward(input.rows(n), n, raw.rows(n));
      order.turn(raw.rows(n), n, area(out), out.axis(0), output.rows(n));
      return output.rows(n);
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      int n = dy.shape().axis(0);
      order.turn(dy, n, out.axis(0), area(out), raw.rows(n));
      if (rawDown == null || down == null) {
        convolution.backward(raw.rows(n), n, null, pass);
        return dy;
      }
      convolution.backward(raw.rows(n), n, rawDown.rows(n), pass);
      order.turn(rawDown.rows(n), n, area(in), in.axis(0), down.rows(n));
      return down.rows(n);
    }

    private static int area(Shape image) {
      return image.axis(1) * image.axis(2);
    }
  }
}
