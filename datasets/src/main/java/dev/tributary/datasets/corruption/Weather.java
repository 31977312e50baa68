package dev.tributary.datasets.corruption;

/** The family of weather. */
final class Weather {
  private Weather() {}

  /**
   * Flakes as streaks, over an image that is washed out towards white. The layer of flakes is laid
   * on twice, the second time turned by 180 degrees.
   */
  static Operation snow(int severity) {
    double mean = Corruption.pick(severity, 0.1, 0.1, 0.15, 0.25, 0.3);
    double deviation = Corruption.pick(severity, 0.2, 0.2, 0.3, 0.3, 0.3);
    double zoom = Corruption.pick(severity, 1, 1, 1.75, 2.25, 1.25);
    double least = Corruption.pick(severity, 0.6, 0.5, 0.55, 0.6, 0.65);
    double radius = Corruption.pick(severity, 8, 10, 10, 12, 14);
    double sigma = Corruption.pick(severity, 3, 4, 4, 6, 12);
    double kept = Corruption.pick(severity, 0.95, 0.9, 0.9, 0.85, 0.8);
    return (image, random) -> {
      int height = image.height();
      int width = image.width();
      Plane drawn = Plane.of(height, width, (y, x) -> mean + deviation * random.nextGaussian());
      Plane flakes =
          new CenterZoom(height, width, zoom)
              .apply(drawn)
              .map(value -> value < least ? 0 : Image.truncated(value));
      double direction = 90 * random.nextDouble() - 135;
      Plane streaks = Kernel.motion(radius, sigma, direction).apply(flakes).map(Image::rounded);
      Plane pale = image.gray().map(gray -> 1.5 * gray + 0.5);
      return image.map(
          plane ->
              Plane.of(
                  height,
                  width,
                  (y, x) ->
                      kept * plane.at(y, x)
                          + (1 - kept) * Math.max(plane.at(y, x), pale.at(y, x))
                          + streaks.at(y, x)
                          + streaks.at(height - 1 - y, width - 1 - x)));
    };
  }

  /** {@code a x + b f} with f a random part of a picture of frost. */
  static Operation frost(int severity, FrostPictures pictures) {
    double image = Corruption.pick(severity, 1, 1, 0.9, 0.85, 0.75);
    double ice = Corruption.pick(severity, 0.2, 0.3, 0.4, 0.4, 0.45);
    return (clear, random) -> {
      Image frost = pictures.part(clear.height(), clear.width(), clear.colored(), random);
      return clear.with(frost, (value, frozen) -> image * value + ice * frozen);
    };
  }

  /** {@code (x + c fog) max(x) / (max(x) + c)}, fog in [0, 1]. */
  static Operation fog(int severity) {
    double thickness = Corruption.pick(severity, 0.2, 0.5, 0.75, 1, 1.5);
    double decay = Corruption.pick(severity, 3, 3, 2.5, 2, 1.75);
    return (image, random) -> {
      int side = 2;
      while (side < Math.max(image.height(), image.width())) {
        side *= 2;
      }
      Plane fog = Plasma.draw(side, decay, random);
      double most = image.largest().max();
      double scale = most / (most + thickness);
      return image.map(
          plane ->
              Plane.of(
                  plane.height(),
                  plane.width(),
                  (y, x) -> (plane.at(y, x) + thickness * fog.at(y, x)) * scale));
    };
  }

  /** HSV's value plus a constant; hue and saturation stay. Of gray, the pixel plus a constant. */
  static Operation brightness(int severity) {
    double more = Corruption.pick(severity, 0.05, 0.1, 0.15, 0.2, 0.3);
    return (image, _) -> {
      Plane value = image.largest();
      return image.map(
          plane ->
              plane.with(
                  value,
                  (channel, old) -> Math.min(1, old + more) * (old == 0 ? 1 : channel / old)));
    };
  }
}
