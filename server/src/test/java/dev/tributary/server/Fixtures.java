package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.tensor.Shape;

/** Small layouts and vectors for the tests of this module. */
final class Fixtures {
  /** Four weights. */
  static final ParameterLayout WEIGHTS =
      ParameterLayout.builder().add("dense.weight", Role.WEIGHT, Shape.of(2, 2)).build();

  /** As many numbers, another name. */
  static final ParameterLayout OTHER =
      ParameterLayout.builder().add("other.weight", Role.WEIGHT, Shape.of(2, 2)).build();

  private Fixtures() {}

  static ParameterLayout layout(int elements) {
    return ParameterLayout.builder().add("w", Role.WEIGHT, Shape.of(elements)).build();
  }

  static ParameterVector weights(float... values) {
    return ParameterVector.of(WEIGHTS, values);
  }

  /** Gaussian values times {@code scale}. */
  static ParameterVector gaussian(ParameterLayout layout, RandomStream random, double scale) {
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return ParameterVector.of(layout, values);
  }
}
