package dev.tributary.datasets.corruption;

/** The digital family. */
final class Digital {
  private Digital() {}

  /** {@code (x - mean) c + mean}, the mean of each channel of the image. */
  static Operation contrast(int severity) {
    double left = Corruption.pick(severity, 0.75, 0.5, 0.4, 0.3, 0.15);
    return (image, _) ->
        image.map(
            plane -> {
              double mean = plane.mean();
              return plane.map(value -> (value - mean) * left + mean);
            });
  }

  /** A random affine map, then every pixel moved by a smooth random field. */
  static Operation elastic(int severity) {
    double strength = Corruption.pick(severity, 0, 1.6, 2.56, 3.2, 3.2);
    double sigma = Corruption.pick(severity, 0, 6.4, 1.92, 1.28, 0.96);
    double corner = Corruption.pick(severity, 2.56, 2.24, 1.92, 1.6, 0.96);
    ElasticField field = new ElasticField(strength, sigma);
    return (image, random) -> {
      Image moved = AffineMap.draw(image.height(), image.width(), corner, random).apply(image);
      return strength == 0 ? moved : field.apply(moved, random);
    };
  }

  /** Fewer pixels, {@code int(c side)} a side, shown at the old size. */
  static Operation pixelate(int severity) {
    double share = Corruption.pick(severity, 0.95, 0.9, 0.85, 0.75, 0.65);
    return (image, _) ->
        image.map(
            plane -> {
              Plane small =
                  BoxResize.apply(
                      plane, pixels(plane.height(), share), pixels(plane.width(), share));
              return BoxResize.apply(small, plane.height(), plane.width());
            });
  }

  private static int pixels(int side, double share) {
    return Math.max(1, (int) (side * share));
  }

  /** JPEG there and back at a quality. */
  static Operation jpeg(int severity) {
    Jpeg jpeg = new Jpeg((int) Corruption.pick(severity, 80, 65, 58, 50, 40));
    return (image, _) -> jpeg.thereAndBack(image);
  }

  /**
   * HSV's saturation times a plus b; hue and value stay. A gray pixel of a color image has hue 0,
   * so what is added makes it red, as in the source; a gray image has no color to change.
   */
  static Operation saturate(int severity) {
    double factor = Corruption.pick(severity, 0.3, 0.1, 1.5, 2, 2.5);
    double more = Corruption.pick(severity, 0, 0, 0, 0.1, 0.2);
    return (image, _) -> image.colored() ? saturated(image, factor, more) : image;
  }

  private static Image saturated(Image image, double factor, double more) {
    Plane most = image.largest();
    Plane least = image.smallest();
    Plane red = image.planes().getFirst();
    return image.map(
        plane ->
            Plane.of(
                plane.height(),
                plane.width(),
                (y, x) -> {
                  double value = most.at(y, x);
                  double range = value - least.at(y, x);
                  if (value == 0) {
                    return 0;
                  }
                  double saturation = Math.clamp(range / value * factor + more, 0.0, 1.0);
                  double below =
                      range > 0 ? (value - plane.at(y, x)) / range : plane == red ? 0 : 1;
                  return value * (1 - saturation * below);
                }));
  }
}
