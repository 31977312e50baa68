package dev.tributary.datasets.corruption;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.HexFormat;

/** Small images and what is read off them. */
final class TestImages {
  static final Seeds SEEDS = Seeds.root(7);

  /** 8 x 8 levels (37 y + 91 x + 13 x y) mod 256. */
  static final String RAMP =
      "005bb6116cc7227d258df55dc52d95fd4abf34a91e93087d6ff173f577f97bfd"
          + "9423b241d05fee7db955f18d29c561fdde8730d9822bd47d03b96f25db9147fd";

  private static final Corruptions CORRUPTIONS = Corruptions.builtIn();

  private TestImages() {}

  /** One image of these levels, [channels, height, width], as hex. */
  static ImageSet one(int channels, int height, int width, String levels) {
    byte[] pixels = HexFormat.of().parseHex(levels);
    return new ImageSet("t", channels, height, width, 1, pixels, new int[1], Scaling.UNIT);
  }

  /** One 8 x 8 image of three channels, (37 y + 91 x + 13 x y + 80 c) mod 256. */
  static ImageSet colorRamp() {
    byte[] pixels = new byte[3 * 64];
    for (int i = 0; i < pixels.length; i++) {
      int y = i % 64 / 8;
      int x = i % 8;
      pixels[i] = (byte) (37 * y + 91 * x + 13 * x * y + 80 * (i / 64));
    }
    return new ImageSet("ramp", 3, 8, 8, 1, pixels, new int[1], Scaling.UNIT);
  }

  /** Images of one color each, [3, side, side]. */
  static ImageSet solid(int images, int side, int red, int green, int blue) {
    byte[] pixels = new byte[images * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / (side * side) % 3;
      pixels[i] = (byte) (channel == 0 ? red : channel == 1 ? green : blue);
    }
    return new ImageSet("solid", 3, side, side, 1, pixels, new int[images], Scaling.UNIT);
  }

  /** The set with drawn frost and fixed seeds. */
  static ImageSet apply(ImageSet images, Corruption corruption, int severity) {
    return CORRUPTIONS.apply(images, corruption, severity, SEEDS);
  }

  /** All levels, 0 to 255, in the set's order. */
  static int[] levels(ImageSet images) {
    int[] levels = new int[images.size() * images.shape().size()];
    int at = 0;
    for (int i = 0; i < images.size(); i++) {
      for (int c = 0; c < images.channels(); c++) {
        for (int y = 0; y < images.height(); y++) {
          for (int x = 0; x < images.width(); x++) {
            levels[at++] = images.pixel(i, c, y, x) & 0xFF;
          }
        }
      }
    }
    return levels;
  }

  /** Levels from hex. */
  static int[] levels(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    int[] levels = new int[bytes.length];
    Arrays.setAll(levels, i -> bytes[i] & 0xFF);
    return levels;
  }

  /** The largest difference of two lists of levels. */
  static int largestDifference(int[] a, int[] b) {
    int largest = a.length == b.length ? 0 : 256;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  /** The mean of squared differences of levels. */
  static double squaredError(ImageSet a, ImageSet b) {
    int[] first = levels(a);
    int[] second = levels(b);
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) (first[i] - second[i]) * (first[i] - second[i]);
    }
    return sum / first.length;
  }
}
