package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The means over a grid of nearly equal cells, so that any image comes to one size. Cell i of n
 * over a length l covers floor(i l / n) to ceil((i + 1) l / n); cells overlap where n does not
 * divide l.
 *
 * @param name the layer's name
 * @param input [channels, height, width] of one sample
 * @param height the number of rows that come out, &ge; 1
 * @param width the number of columns that come out, &ge; 1
 */
public record AdaptiveAvgPool2d(String name, Shape input, int height, int width)
    implements LayerSpec {

  /** Checks the ranges. */
  public AdaptiveAvgPool2d {
    Images.require(name, input);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          name + ": the output must be at least 1x1, got " + height + "x" + width);
    }
  }

  @Override
  public Shape output() {
    return Shape.of(input.axis(0), height, width);
  }

  @Override
  public String describe() {
    return "adaptive average pool to " + height + "x" + width;
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Kernels kernels;
    private final BatchTensor output;
    private final @Nullable BatchTensor down;

    Live(AdaptiveAvgPool2d spec, Workspace workspace) {
      this.kernels = workspace.kernels();
      this.output = workspace.batch(spec.output());
      this.down = workspace.inputGradient() ? workspace.batch(spec.input) : null;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Tensor y = output.rows(x.shape().axis(0));
      kernels.adaptiveAvgPool(x, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      if (down == null) {
        return dy;
      }
      Tensor dx = down.rows(dy.shape().axis(0));
      kernels.adaptiveAvgPoolBackward(dy, dx);
      return dx;
    }
  }
}
