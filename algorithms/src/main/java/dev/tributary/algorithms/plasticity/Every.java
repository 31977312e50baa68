package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.settings.Settings;

/**
 * How often something happens: after each k-th optimiser step of a learner, counted over all its
 * trainings; never where k is infinite.
 *
 * @param steps k, a whole number &ge; 1 or infinity
 */
public record Every(double steps) {
  /** Checks the range. */
  public Every {
    if (!(steps >= 1 && steps == Math.rint(steps))) {
      throw new IllegalArgumentException(
          "every must be a whole number of steps >= 1 or infinity, got " + steps);
    }
  }

  /** Not at all. */
  public static final Every NEVER = new Every(Double.POSITIVE_INFINITY);

  /** Reads {@code every}. */
  static Every from(Settings settings, Every fallback) {
    double k = settings.number("every", fallback.steps);
    settings.require(k >= 1 && (k == Math.rint(k)), "every", "a whole number >= 1 or infinity", k);
    return new Every(k);
  }

  /** Whether it never happens. */
  public boolean never() {
    return steps == Double.POSITIVE_INFINITY;
  }

  /** Whether there are steps after which it does not happen, and others after which it does. */
  boolean between() {
    return steps > 1 && !never();
  }

  /** Whether it happens after the learner's step number {@code taken}, from 1. */
  public boolean at(long taken) {
    return !never() && taken % (long) steps == 0;
  }
}
