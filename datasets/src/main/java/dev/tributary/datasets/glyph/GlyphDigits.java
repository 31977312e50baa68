package dev.tributary.datasets.glyph;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.engine.random.Seeds;
import java.util.List;

/**
 * The built-in data set {@code glyph-digits}: digits 0 to 9 in five domains (print, pen, texture,
 * house, low-res), each image [3, 28, 28] unsigned bytes.
 *
 * <p>Sample {@code i} of a split is a function of seed, domain, split and {@code i} alone, so a
 * larger split begins with the smaller one. Each ten samples in a row hold each digit once, in an
 * order drawn for that ten: classes are balanced to within one at any size.
 *
 * <p>The digits are drawn, so accuracies on them say nothing about scanned or photographed digits;
 * a table that shows them must say so. The drawing is frozen: a test holds hashes of its output.
 */
public final class GlyphDigits {
  /** The name of the data set in scenarios and tables. */
  public static final String NAME = "glyph-digits";

  private static final int CLASSES = 10;
  private static final int BYTES = Canvas.CHANNELS * Canvas.SIDE * Canvas.SIDE;

  /** The most images of a split of a domain: all five domains fit into one set of 2^31 bytes. */
  public static final int MOST_PER_SPLIT = 150_000;

  private GlyphDigits() {}

  /**
   * Draws all five domains, always in the same order.
   *
   * @param seeds the root of all chance in the set
   * @param trainPerDomain training images of each domain, &ge; 1
   * @param validationPerDomain validation images of each domain, &ge; 1
   * @param testPerDomain test images of each domain, &ge; 1
   * @throws IllegalArgumentException when a size is below 1 or above {@link #MOST_PER_SPLIT}
   */
  public static List<Domain> generate(
      Seeds seeds, int trainPerDomain, int validationPerDomain, int testPerDomain) {
    Seeds root = seeds.child(NAME);
    return GlyphDomain.ALL.stream()
        .map(
            domain -> {
              Seeds own = root.child(domain.id());
              return new Domain(
                  domain.id(),
                  domain.title(),
                  split(domain, own, "train", trainPerDomain),
                  split(domain, own, "validation", validationPerDomain),
                  split(domain, own, "test", testPerDomain));
            })
        .toList();
  }

  private static ImageSet split(GlyphDomain domain, Seeds seeds, String split, int size) {
    if (size < 1 || size > MOST_PER_SPLIT) {
      throw new IllegalArgumentException(
          "%s: the number of %s images per domain must be 1 to %d, got %d"
              .formatted(NAME, split, MOST_PER_SPLIT, size));
    }
    Seeds own = seeds.child(split);
    byte[] pixels = new byte[size * BYTES];
    int[] labels = new int[size];
    int[] ten = new int[0];
    for (int i = 0; i < size; i++) {
      if (i % CLASSES == 0) {
        ten = own.child("labels", i / CLASSES).stream().permutation(CLASSES);
      }
      labels[i] = ten[i % CLASSES];
      Canvas canvas = new Canvas();
      domain.style().draw(labels[i], own.child("image", i).stream(), canvas);
      canvas.write(pixels, i * BYTES);
    }
    return new ImageSet(
        domain.title(),
        Canvas.CHANNELS,
        Canvas.SIDE,
        Canvas.SIDE,
        CLASSES,
        pixels,
        labels,
        Scaling.SYMMETRIC);
  }
}
