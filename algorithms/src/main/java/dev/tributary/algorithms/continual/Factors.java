package dev.tributary.algorithms.continual;

import dev.tributary.engine.settings.Settings;

/** How factors are read from settings. */
final class Factors {
  private Factors() {}

  /** A finite number &ge; 0. */
  static double nonNegative(Settings settings, String key, double fallback) {
    double value = settings.number(key, fallback);
    settings.require(value >= 0 && Double.isFinite(value), key, "a finite number >= 0", value);
    return value;
  }

  /** A finite number &gt; 0. */
  static double positive(Settings settings, String key, double fallback) {
    double value = settings.number(key, fallback);
    settings.require(value > 0 && Double.isFinite(value), key, "a finite number > 0", value);
    return value;
  }
}
