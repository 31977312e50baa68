package dev.tributary.datasets.corruption;

/** The family of noise: every value of every channel for itself. */
final class Noise {
  private Noise() {}

  /** {@code x + N(0, sigma^2)}. */
  static Operation gaussian(int severity) {
    double sigma = Corruption.pick(severity, 0.04, 0.06, 0.08, 0.09, 0.10);
    return (image, random) ->
        image.map(plane -> plane.map(value -> value + sigma * random.nextGaussian()));
  }

  /** {@code Poisson(c x) / c}: what is left of light when c photons are white. */
  static Operation shot(int severity) {
    double photons = Corruption.pick(severity, 500, 250, 100, 75, 50);
    PoissonTable table = new PoissonTable(photons);
    return (image, random) ->
        image.map(plane -> plane.map(value -> table.draw(Image.level(value), random) / photons));
  }

  /** Salt and pepper: a share of the values becomes 0 or 1, either with probability one half. */
  static Operation impulse(int severity) {
    double share = Corruption.pick(severity, 0.01, 0.02, 0.03, 0.05, 0.07);
    return (image, random) ->
        image.map(
            plane ->
                plane.map(
                    value -> random.nextDouble() >= share ? value : random.nextBoolean() ? 1 : 0));
  }

  /** {@code x + x N(0, sigma^2)}. */
  static Operation speckle(int severity) {
    double sigma = Corruption.pick(severity, 0.06, 0.10, 0.12, 0.16, 0.20);
    return (image, random) ->
        image.map(plane -> plane.map(value -> value + value * sigma * random.nextGaussian()));
  }
}
