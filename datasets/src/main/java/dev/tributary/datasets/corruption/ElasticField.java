package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;

/** Moves every pixel by a random field: U(-1, 1) for each pixel and axis, smoothed and scaled. */
final class ElasticField {
  private static final double TRUNCATE = 3;

  private final double strength;
  private final GaussianBlur smooth;

  /**
   * A field.
   *
   * @param strength what the smoothed numbers are multiplied with, in pixels
   * @param sigma deviation of the smoothing Gaussian, in pixels
   */
  ElasticField(double strength, double sigma) {
    this.strength = strength;
    this.smooth = new GaussianBlur(sigma, TRUNCATE, Border.REFLECT);
  }

  /** The image with its pixels moved, the same for all channels. */
  Image apply(Image image, RandomStream random) {
    Plane right = draw(image, random);
    Plane down = draw(image, random);
    return image.map(
        plane ->
            Plane.of(
                plane.height(),
                plane.width(),
                (y, x) ->
                    plane.between(
                        y + strength * down.at(y, x),
                        x + strength * right.at(y, x),
                        Border.REFLECT)));
  }

  private Plane draw(Image image, RandomStream random) {
    return smooth.apply(
        Plane.of(image.height(), image.width(), (y, x) -> 2 * random.nextDouble() - 1));
  }
}
