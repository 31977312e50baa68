package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.ActivationKind;
import java.util.ArrayList;
import java.util.List;

/** Makes live layers that oneDNN computes, a ReLU together with the layer before it. */
final class Planner {
  private Planner() {}

  /** Live layers for a chain. */
  static List<PlannedLayer> layers(List<LayerSpec> specs, Workspace workspace) {
    List<PlannedLayer> layers = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      LayerSpec spec = specs.get(i);
      double gain = i + 1 < specs.size() ? relu(specs.get(i + 1)) : 0;
      boolean together = gain > 0 && takesRelu(spec, gain);
      layers.add(layer(spec, together ? gain : 0, workspace));
      if (Sequential.hasParameters(spec)) {
        workspace.requireInputGradient();
      }
      i += together ? 1 : 0;
    }
    return layers;
  }

  /** Plans a chain. */
  static Value plan(List<PlannedLayer> layers, Plan plan, Value x) {
    Value y = x;
    for (PlannedLayer layer : layers) {
      y = layer.plan(plan, y);
    }
    return y;
  }

  /** A live layer, together with a ReLU of this gain if that is not 0. */
  static PlannedLayer layer(LayerSpec spec, double gain, Workspace workspace) {
    return switch (spec) {
      case Conv2d conv -> new PlannedConvolution(conv, gain, workspace);
      case Dense dense -> new PlannedDense(dense, gain, workspace);
      case QuantizedLayer quantized -> new PlannedQuantized(quantized, gain, workspace);
      case BatchNorm norm -> new PlannedBatchNorm(norm, gain > 0, workspace);
      case AlphaBatchNorm alpha -> new PlannedAlphaBatchNorm(alpha, workspace);
      case Pool2d pool when pool.kind() == Pool2d.Kind.MAX -> new PlannedPool(pool);
      case Activation a when relu(a) > 0 -> new PlannedActivation(a.gain());
      case Flatten flatten -> new PlannedFlatten(flatten);
      case Residual residual -> new PlannedResidual(residual, workspace);
      default -> new PlannedOther(spec, workspace);
    };
  }

  private static boolean takesRelu(LayerSpec spec, double gain) {
    return switch (spec) {
      case Conv2d _, Dense _, QuantizedLayer _ -> true;
      case BatchNorm _ -> gain == 1;
      default -> false;
    };
  }

  /** The gain of a ReLU, or 0 for other layers. */
  private static double relu(LayerSpec spec) {
    return spec instanceof Activation a && a.kind() == ActivationKind.RELU ? a.gain() : 0;
  }
}
