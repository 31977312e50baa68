package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.settings.Names;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = gain * f(x)}, elementwise.
 *
 * @param name the layer's name
 * @param input the shape of one sample
 * @param kind the function
 * @param gain a fixed factor; 1, or {@link ActivationKind#gain} in networks without normalisation
 */
public record Activation(String name, Shape input, ActivationKind kind, double gain)
    implements LayerSpec {

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public String describe() {
    return gain == 1 ? Names.of(kind) : Names.of(kind) + " x " + gain;
  }

  @Override
  public Layer build(Workspace workspace) {
    return new Live(this, workspace);
  }

  private static final class Live implements Layer {
    private final Activation spec;
    private final Kernels kernels;
    private final BatchTensor output;
    private @Nullable Tensor x;

    Live(Activation spec, Workspace workspace) {
      this.spec = spec;
      this.kernels = workspace.kernels();
      this.output = workspace.batch(spec.input);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
      x = input;
      Tensor y = output.rows(input.shape().axis(0));
      kernels.activation(spec.kind, spec.gain, input, y);
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      kernels.activationBackward(spec.kind, spec.gain, Order.forwardFirst(x), dy, dy);
      return dy;
    }
  }
}
