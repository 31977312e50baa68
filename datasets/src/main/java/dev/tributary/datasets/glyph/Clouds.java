package dev.tributary.datasets.glyph;

import dev.tributary.engine.random.RandomStream;

/**
 * Value noise: random values on a lattice, smoothly between; in [0, 1], repeating every 8 units.
 */
final class Clouds {
  private static final int PERIOD = 8;
  private static final int LATTICE = PERIOD + 1;

  private final double[] lattice = new double[LATTICE * LATTICE];

  Clouds(RandomStream random) {
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = random.nextDouble();
    }
  }

  /** The value at a place, both coordinates &ge; 0, in units of the lattice. */
  double at(double v, double u) {
    int row = (int) v % PERIOD;
    int column = (int) u % PERIOD;
    double fv = step(v - (int) v, 0, 1);
    double fu = step(u - (int) u, 0, 1);
    int at = row * LATTICE + column;
    double upper = lattice[at] + fu * (lattice[at + 1] - lattice[at]);
    double lower = lattice[at + LATTICE] + fu * (lattice[at + LATTICE + 1] - lattice[at + LATTICE]);
    return upper + fv * (lower - upper);
  }

  /** 0 below {@code from}, 1 above {@code to}, a smooth cubic between. */
  static double step(double value, double from, double to) {
    double t = Math.clamp((value - from) / (to - from), 0.0, 1.0);
    return t * t * (3 - 2 * t);
  }
}
