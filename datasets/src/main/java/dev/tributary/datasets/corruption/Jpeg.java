package dev.tributary.datasets.corruption;

import java.util.List;

/**
 * What JPEG does to an image at a quality of libjpeg's scale: the lossy half of a baseline encoder
 * and its undoing, without the lossless coding between, which changes no pixel.
 *
 * <p>Color images go through YCbCr with chroma at half the size in both directions, 8 x 8 blocks
 * through the discrete cosine transform, and the coefficients are rounded to multiples of the
 * example tables of the standard (ITU-T T.81, Annex K) scaled by the quality. Chroma comes back by
 * the triangle filter that libjpeg uses by default; gray images have luma only.
 *
 * <p>Written out rather than left to the JDK's encoder: that has another scale of quality, chooses
 * its sampling of chroma itself, and its bits may change with the JDK.
 */
final class Jpeg {
  private static final int[] LUMA = {
    16, 11, 10, 16, 24, 40, 51, 61, //
    12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, //
    14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, //
    24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, //
    72, 92, 95, 98, 112, 100, 103, 99
  };
  private static final int[] CHROMA = {
    17, 18, 24, 47, 99, 99, 99, 99, //
    18, 21, 26, 66, 99, 99, 99, 99, //
    24, 26, 56, 99, 99, 99, 99, 99, //
    47, 66, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99
  };

  private final CosineBlocks luma;
  private final CosineBlocks chroma;

  /** JPEG at a quality in [1, 100]. */
  Jpeg(int quality) {
    this.luma = new CosineBlocks(scaled(LUMA, quality));
    this.chroma = new CosineBlocks(scaled(CHROMA, quality));
  }

  /** A table of the standard at a quality; 50 is the table itself. */
  private static int[] scaled(int[] table, int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] steps = new int[table.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.clamp((table[i] * percent + 50) / 100, 1, 255);
    }
    return steps;
  }

  /** The image as a decoder sees it; whole levels of 8 bits before and after. */
  Image thereAndBack(Image image) {
    if (!image.colored()) {
      return image.map(plane -> levels(luma.thereAndBack(plane.map(v -> 255 * v))));
    }
    Plane red = image.planes().get(0);
    Plane green = image.planes().get(1);
    Plane blue = image.planes().get(2);
    Plane y = luma.thereAndBack(mix(red, green, blue, 0.299, 0.587, 0.114, 0));
    Plane blueness = chroma(mix(red, green, blue, -0.168735892, -0.331264108, 0.5, 128));
    Plane redness = chroma(mix(red, green, blue, 0.5, -0.418687589, -0.081312411, 128));
    return new Image(
        List.of(
            levels(mix(y, blueness, redness, 1, 0, 1.402)),
            levels(mix(y, blueness, redness, 1, -0.344136286, -0.714136286)),
            levels(mix(y, blueness, redness, 1, 1.772, 0))));
  }

  /** From pixels in [0, 1] to a component in whole levels. */
  private static Plane mix(
      Plane red, Plane green, Plane blue, double r, double g, double b, double offset) {
    return Plane.of(
        red.height(),
        red.width(),
        (y, x) ->
            Math.rint(255 * (r * red.at(y, x) + g * green.at(y, x) + b * blue.at(y, x)) + offset));
  }

  /** From components to a channel; chroma is centered at 128. */
  private static Plane mix(
      Plane luma, Plane blueness, Plane redness, double l, double b, double r) {
    return Plane.of(
        luma.height(),
        luma.width(),
        (y, x) -> l * luma.at(y, x) + b * (blueness.at(y, x) - 128) + r * (redness.at(y, x) - 128));
  }

  private static Plane levels(Plane plane) {
    return plane.map(value -> Image.rounded(value / 255));
  }

  private Plane chroma(Plane component) {
    return enlarged(chroma.thereAndBack(halved(component)), component.height(), component.width());
  }

  /**
   * Means of 2 x 2 pixels; halves are rounded down and up in turn along a row, against drift. Rows
   * are filled up to whole blocks with the last pixel, as libjpeg does before it halves them.
   */
  private static Plane halved(Plane plane) {
    int height = plane.height();
    int width = plane.width();
    return Plane.of(
        (height + 1) / 2,
        (width + 15) / 16 * 8,
        (y, x) -> {
          int below = Math.min(2 * y + 1, height - 1);
          int left = Math.min(2 * x, width - 1);
          int right = Math.min(2 * x + 1, width - 1);
          double sum =
              plane.at(2 * y, left)
                  + plane.at(2 * y, right)
                  + plane.at(below, left)
                  + plane.at(below, right);
          return Math.floor((sum + 1 + x % 2) / 4);
        });
  }

  /** Twice the size by the triangle filter: 9, 3, 3 and 1 sixteenths of the nearest four. */
  private static Plane enlarged(Plane plane, int height, int width) {
    return Plane.of(
        height,
        width,
        (y, x) -> {
          int nearY = y / 2;
          int nearX = x / 2;
          int farY = Border.NEAREST.place(nearY + (y % 2 == 0 ? -1 : 1), plane.height());
          int farX = Border.NEAREST.place(nearX + (x % 2 == 0 ? -1 : 1), (width + 1) / 2);
          double sum =
              9 * plane.at(nearY, nearX)
                  + 3 * plane.at(nearY, farX)
                  + 3 * plane.at(farY, nearX)
                  + plane.at(farY, farX);
          return Math.floor((sum + 8 - x % 2) / 16);
        });
  }
}
