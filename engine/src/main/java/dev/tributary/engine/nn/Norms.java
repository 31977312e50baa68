package dev.tributary.engine.nn;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;

/** What normalisation layers have in common. */
final class Norms {
  private Norms() {}

  static void require(String name, Shape input, double eps) {
    if (input.rank() < 1 || input.size() == 0) {
      throw new IllegalArgumentException(
          name + ": a sample must be [channels] or [channels, ...], got " + input);
    }
    if (!(eps > 0)) {
      throw new IllegalArgumentException(name + ": eps must be > 0, got " + eps);
    }
  }

  static void declareAffine(String name, Shape input, ParameterLayout.Builder layout) {
    layout.add(name + ".scale", Role.NORM_SCALE, Shape.of(input.axis(0)));
    layout.add(name + ".shift", Role.NORM_SHIFT, Shape.of(input.axis(0)));
  }
}
