package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * Pooling of images by the maximum or the mean of a moving window. Padding never wins a maximum and
 * counts as zeros in a mean.
 *
 * @param name the layer's name
 * @param input [channels, height, width] of one sample
 * @param kind maximum or mean
 * @param window size, stride and padding
 */
public record Pool2d(String name, Shape input, Kind kind, Window window) implements LayerSpec {

  /** What a window is reduced to. */
  public enum Kind {
    /** Its largest element. */
    MAX,
    /** The mean of its elements. */
    AVERAGE
  }

  /** Checks that the input is an image and that the window fits. */
  public Pool2d {
    Images.require(name, input);
    Images.output(name, input, input.axis(0), window);
  }

  @Override
  public Shape output() {
    return Images.output(name, input, input.axis(0), window);
  }

  @Override
  public String describe() {
    return "%s pool %dx%d, stride %d"
        .formatted(
            kind == Kind.MAX ? "max" : "average",
            window.height(),
            window.width(),
            window.strideHeight());
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Pool2d spec;
    private final Kernels kernels;
    private final BatchTensor output;
    private final @Nullable BatchTensor down;
    private @Nullable Tensor x;

    Live(Pool2d spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.output = workspace.batch(spec.output());
      this.down = workspace.inputGradient() ? workspace.batch(spec.input) : null;
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      switch (spec.kind) {
        case MAX -> kernels.maxPool(input, spec.window, y);
        case AVERAGE -> kernels.avgPool(input, spec.window, y);
      }
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      Tensor input = Order.forwardFirst(x);
      if (down == null) {
        return dy;
      }
      Tensor dx = down.rows(dy.shape().axis(0));
      switch (spec.kind) {
        case MAX -> kernels.maxPoolBackward(input, dy, spec.window, dx);
        case AVERAGE -> kernels.avgPoolBackward(dy, spec.window, dx);
      }
      return dx;
    }
  }
}
