package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer {@code y = x W^T + b}. Parameters: {@code NAME.weight} [out, in], {@code NAME.bias}
 * [out].
 *
 * @param name the layer's name
 * @param inputs the number of features that go in, &ge; 1
 * @param outputs the number of features that come out, &ge; 1
 */
public record Dense(String name, int inputs, int outputs) implements LayerSpec {

  /** Checks the ranges. */
  public Dense {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          name
              + ": the numbers of inputs and outputs must be >= 1, got "
              + inputs
              + ", "
              + outputs);
    }
  }

  @Override
  public Shape input() {
    return Shape.of(inputs);
  }

  @Override
  public Shape output() {
    return Shape.of(outputs);
  }

  @Override
  public String describe() {
    return "dense " + inputs + " -> " + outputs;
  }

  @Override
  public void declare(ParameterLayout.Builder layout) {
    layout.add(name + ".weight", Role.WEIGHT, Shape.of(outputs, inputs));
    layout.add(name + ".bias", Role.BIAS, Shape.of(outputs));
  }

  @Override
  public void initialize(Initialization values) {
    values.fanIn(name + ".weight", name + ".bias", inputs);
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Kernels kernels;
    private final Tensor weight;
    private final Tensor weightGradient;
    private final Tensor bias;
    private final Tensor biasGradient;
    private final BatchTensor output;
    private final @Nullable BatchTensor down;
    private @Nullable Tensor x;

    Live(Dense spec, Workspace workspace) {
      this.kernels = workspace.kernels();
      this.weight = workspace.parameter(spec.name + ".weight");
      this.weightGradient = workspace.gradient(spec.name + ".weight");
      this.bias = workspace.parameter(spec.name + ".bias");
      this.biasGradient = workspace.gradient(spec.name + ".bias");
      this.output = workspace.batch(spec.output());
      this.down = workspace.inputGradient() ? workspace.batch(spec.input()) : null;
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      kernels.gemm(input, false, weight, true, y);
      kernels.addBias(y, bias);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.gemm(dy, true, Order.forwardFirst(x), false, weightGradient);
      kernels.columnSums(dy, biasGradient);
      if (down == null) {
        return dy;
      }
      Tensor dx = down.rows(dy.shape().axis(0));
      kernels.gemm(dy, false, weight, false, dx);
      return dx;
    }
  }
}
