package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * A live normalisation layer's scale and shift per channel, and where their gradients go. A layer
 * that learns none has constants 1 and 0, and gradients that nobody reads.
 */
record Affine(Tensor scale, Tensor shift, Tensor scaleGradient, Tensor shiftGradient) {

  /** Adds the parameters {@code NAME.scale} and {@code NAME.shift}. */
  static void declare(String name, Shape input, ParameterLayout.Builder layout) {
    layout.add(name + ".scale", Role.NORM_SCALE, Shape.of(input.axis(0)));
    layout.add(name + ".shift", Role.NORM_SHIFT, Shape.of(input.axis(0)));
  }

  /** What a layer learns, or constants where it learns none. */
  static Affine of(boolean learned, String name, Shape input, Workspace workspace) {
    return learned ? learned(name, workspace) : none(input, workspace);
  }

  /** The parameters that {@link #declare} adds. */
  static Affine learned(String name, Workspace workspace) {
    return new Affine(
        workspace.parameter(name + ".scale"),
        workspace.parameter(name + ".shift"),
        workspace.gradient(name + ".scale"),
        workspace.gradient(name + ".shift"));
  }

  private static Affine none(Shape input, Workspace workspace) {
    Shape channels = Shape.of(input.axis(0));
    float[] ones = new float[channels.size()];
    Arrays.fill(ones, 1f);
    Tensor scale = workspace.tensor(channels);
    scale.set(ones);
    return new Affine(
        scale, workspace.tensor(channels), workspace.tensor(channels), workspace.tensor(channels));
  }
}
