package dev.tributary.engine.optim;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adaptive gradient clipping (Brock, De, Smith and Simonyan, 2021): the gradient of each output
 * unit is scaled down to {@code lambda} times the norm of the unit's weights,
 *
 * <pre>
 *   G_i &larr; G_i &middot; lambda max(|W_i|, eps) / max(|G_i|, 1e-6)   if |G_i| &gt; lambda max(|W_i|, eps)
 * </pre>
 *
 * <p>A unit is one index of the first axis of a weight (an output channel or feature), and the
 * whole of a vector (bias, gain). It acts on raw weights, before weight decay and momentum. A
 * lambda of infinity leaves every bit of the gradient as it is.
 */
public final class AdaptiveGradientClipping {
  /** The authors' eps: the least norm a unit's weights are taken to have. */
  public static final double DEFAULT_EPS = 1e-3;

  /** One tensor's gradient and weights. */
  private record Pair(Tensor gradient, Tensor weights) {}

  private final ParameterLayout layout;
  private final double lambda;
  private final double eps;
  private final List<ParameterSpec> clipped;
  private final List<Pair> views = new ArrayList<>();
  private @Nullable Tensor gradients;
  private @Nullable Tensor parameters;

  /**
   * A clip that remembers its views of the tensors it is given; for one thread.
   *
   * @param layout the model's parameters
   * @param lambda the largest ratio of gradient to weights, &gt; 0, may be infinite
   * @param eps the least norm of a unit's weights, &gt; 0
   * @param skipLastLayer whether the last weight and its bias are left alone
   * @param skipBiases whether biases are left alone
   */
  public AdaptiveGradientClipping(
      ParameterLayout layout,
      double lambda,
      double eps,
      boolean skipLastLayer,
      boolean skipBiases) {
    if (!(lambda > 0)) {
      throw new IllegalArgumentException(
          "the lambda of adaptive gradient clipping must be > 0, got "
              + lambda
              + "; use infinity for no clipping");
    }
    if (!(eps > 0)) {
      throw new IllegalArgumentException(
          "the eps of adaptive gradient clipping must be > 0, got " + eps);
    }
    this.layout = layout;
    this.lambda = lambda;
    this.eps = eps;
    this.clipped = units(layout, skipLastLayer, skipBiases);
  }

  /** Clips the gradient in place. Both tensors are flat: the trainable prefix of the layout. */
  public void clip(Tensor gradient, Tensor weights) {
    if (lambda == Double.POSITIVE_INFINITY) {
      return;
    }
    if (gradient != gradients || weights != parameters) {
      views.clear();
      clipped.forEach(s -> views.add(new Pair(view(gradient, s), view(weights, s))));
      gradients = gradient;
      parameters = weights;
    }
    Kernels kernels = Engine.kernelsFor(gradient);
    for (int i = 0; i < views.size(); i++) {
      kernels.clipRows(views.get(i).gradient(), views.get(i).weights(), lambda, eps);
    }
  }

  /** The layout this clip was made for. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Clips once, without keeping anything. */
  public static void clip(
      Tensor gradient,
      Tensor weights,
      ParameterLayout layout,
      double lambda,
      double eps,
      boolean skipLastLayer,
      boolean skipBiases) {
    new AdaptiveGradientClipping(layout, lambda, eps, skipLastLayer, skipBiases)
        .clip(gradient, weights);
  }

  private static Tensor view(Tensor flat, ParameterSpec spec) {
    return flat.view(spec.offset(), spec.shape());
  }

  private static List<ParameterSpec> units(
      ParameterLayout layout, boolean skipLastLayer, boolean skipBiases) {
    List<ParameterSpec> chosen = new ArrayList<>();
    int last = -1;
    for (ParameterSpec spec : layout.specs()) {
      if (spec.role().trainable() && spec.size() > 0) {
        if (spec.role() == Role.WEIGHT) {
          last = chosen.size();
        }
        chosen.add(spec);
      }
    }
    if (skipLastLayer && last >= 0) {
      // In the layout's order a layer's weight comes before its other tensors.
      chosen.subList(last, chosen.size()).clear();
    }
    chosen.removeIf(s -> skipBiases && s.role() == Role.BIAS);
    return List.copyOf(chosen);
  }
}
