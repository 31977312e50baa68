package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Live layers one after the other; without any, the identity. */
final class Sequential implements Layer {
  private final List<Layer> layers = new ArrayList<>();

  Sequential(List<LayerSpec> specs, Workspace workspace) {
    for (LayerSpec spec : specs) {
      layers.add(spec.build(workspace));
      if (hasParameters(spec)) {
        workspace.requireInputGradient();
      }
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = x;
    for (Layer layer : layers) {
      y = layer.forward(y, pass);
    }
    return y;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor dx = dy;
    for (Layer layer : layers.reversed()) {
      dx = layer.backward(dx, pass);
    }
    return dx;
  }

  /** Throws unless each layer takes what the one before gives. */
  static void requireChain(List<LayerSpec> specs) {
    for (int i = 1; i < specs.size(); i++) {
      LayerSpec before = specs.get(i - 1);
      LayerSpec after = specs.get(i);
      if (!before.output().equals(after.input())) {
        throw new IllegalArgumentException(
            after.name()
                + " takes samples of shape "
                + after.input()
                + ", but "
                + before.name()
                + " before it gives "
                + before.output());
      }
    }
  }

  /** Whether a layer has parameters of its own. */
  static boolean hasParameters(LayerSpec spec) {
    ParameterLayout.Builder layout = ParameterLayout.builder();
    spec.declare(layout);
    return layout.build().size() > 0;
  }
}
