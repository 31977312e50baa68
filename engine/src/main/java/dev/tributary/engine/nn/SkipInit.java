package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = g x} with one learned number g that begins at 0: the end of a residual branch in a
 * network without normalisation (De and Smith, "Batch Normalization Biases Residual Blocks Towards
 * the Identity Function in Deep Networks", NeurIPS 2020). At the beginning every block is its
 * shortcut, so signals keep their size however deep the network is.
 *
 * <p>Parameter: {@code NAME.gain} [1]. Its gradient is the sum of {@code x dy} over the batch.
 *
 * @param name the layer's name
 * @param input the shape of one sample
 */
public record SkipInit(String name, Shape input) implements LayerSpec {

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return "skip-init gain";
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    layout.add(name + ".gain", Role.GAIN, Shape.of(1));
  }

  @Override
  public void initialize(Initialization values) {
    values.constant(name + ".gain", 0f);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Kernels kernels;
    private final Tensor gain;
    private final Tensor gainGradient;
    private final BatchTensor output;
    private final BatchTensor down;
    private final BatchTensor products;
    private final Tensor sums;
    private final Tensor column;
    private @Nullable Tensor x;

    Live(SkipInit spec, Workspace workspace) {
      this.kernels = workspace.kernels();
      this.gain = workspace.parameter(spec.name + ".gain");
      this.gainGradient = workspace.gradient(spec.name + ".gain");
      this.output = workspace.batch(spec.input);
      this.down = workspace.batch(spec.input);
      int size = spec.input.size();
      this.products = down.reshaped(Shape.of(size));
      this.sums = workspace.tensor(Shape.of(size));
      this.column = sums.reshape(Shape.of(size, 1));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      scale(input, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      int n = dy.shape().axis(0);
      Tensor dx = down.rows(n);
      // The products lie where dx will: they are only needed for their sum.
      kernels.multiply(Order.forwardFirst(x), dy, dx);
      kernels.columnSums(products.rows(n), sums);
      kernels.columnSums(column, gainGradient);
      scale(dy, dx);
      return dx;
    }

    private void scale(Tensor from, Tensor to) {
      kernels.scaleAdd(gain.get(0), from, 0, to);
    }
  }
}
