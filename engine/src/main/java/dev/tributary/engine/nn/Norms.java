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

  static void requireGroups(String name, Shape input, int groups) {
    if (groups < 1 || input.axis(0) % groups != 0) {
      throw new IllegalArgumentException(
          name
              + ": groups must divide the "
              + input.axis(0)
              + " channels, got "
              + groups
              + "; set groups to a divisor, or leave it out");
    }
    if (input.size() / groups < 2) {
      throw new IllegalArgumentException(
          name
              + ": "
              + groups
              + " groups of "
              + input
              + " have one element each, of which normalisation leaves nothing; set fewer groups");
    }
  }

  static void requireKappa(String name, double kappa) {
    if (!(kappa > 0 && Double.isFinite(kappa))) {
      throw new IllegalArgumentException(
          name
              + ": kappa, what the mean absolute deviation is multiplied with, must be > 0, got "
              + kappa);
    }
  }

  /** Throws unless a training batch has at least two values per channel. */
  static void requireSpread(String name, Shape input, int batch) {
    if (batch * (input.size() / input.axis(0)) < 2) {
      throw new IllegalArgumentException(
          name
              + ": batch normalisation needs at least 2 values per channel in a training batch,"
              + " got a batch of 1 sample of shape "
              + input
              + "; use a larger batch-size, drop-last = always, or normalization = group, layer"
              + " or none");
    }
  }

  /** Adds the parameters {@code NAME.running-mean} and {@code NAME.running-var}. */
  static void declareRunning(String name, Shape input, ParameterLayout.Builder layout) {
    layout.add(name + ".running-mean", Role.NORM_RUNNING_MEAN, Shape.of(input.axis(0)));
    layout.add(name + ".running-var", Role.NORM_RUNNING_VAR, Shape.of(input.axis(0)));
  }
}
