package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.settings.Settings;

/** The factor of a penalty, as a setting. */
final class Coefficient {
  private Coefficient() {}

  /** Reads {@code coefficient}, finite and &ge; 0. */
  static double from(Settings settings, double fallback) {
    double value = settings.number("coefficient", fallback);
    settings.require(
        value >= 0 && Double.isFinite(value), "coefficient", "a finite number >= 0", value);
    return value;
  }
}
