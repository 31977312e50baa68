package dev.tributary.datasets.preview;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import java.util.List;
import java.util.stream.IntStream;

/** Samples of each domain and class as one picture: a band per domain, a column per class. */
public final class ContactSheet {
  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202428;
  private static final int EMPTY = 0xEEF0F2;
  private static final int LETTERS = 12;
  private static final int GAP = 2;
  private static final int MARGIN = 10;

  private ContactSheet() {}

  /**
   * Draws the first training images of each class. Where a domain has fewer, the place stays gray.
   * Images smaller than the largest are put at the upper left corner of their place.
   *
   * @param domains at least one; their classes may differ in number
   * @param perClass images of each class, in [1, 100]
   * @param zoom pixels per pixel, in [1, 16]
   */
  public static Picture draw(List<Domain> domains, int perClass, int zoom) {
    require(!domains.isEmpty(), "domains of a contact sheet must be at least 1", 0);
    require(perClass >= 1 && perClass <= 100, "images per class must be in [1, 100]", perClass);
    require(zoom >= 1 && zoom <= 16, "the zoom must be in [1, 16]", zoom);
    int classes = 0;
    int cellHeight = 0;
    int cellWidth = 0;
    int side = 0;
    for (Domain domain : domains) {
      ImageSet images = domain.train();
      classes = Math.max(classes, images.classes());
      cellHeight = Math.max(cellHeight, images.height() * zoom + GAP);
      cellWidth = Math.max(cellWidth, images.width() * zoom + GAP);
      side = Math.max(side, Lettering.width(domain.id(), LETTERS));
    }
    int left = MARGIN + side + MARGIN;
    int top = MARGIN + Lettering.rows(LETTERS) + GAP;
    int band = perClass * cellHeight + MARGIN;
    Picture picture =
        new Picture(top + domains.size() * band, left + classes * cellWidth + MARGIN, PAPER);
    for (int c = 0; c < classes; c++) {
      String name = Lettering.fit(Integer.toString(c), LETTERS, Math.max(cellWidth, 3 * LETTERS));
      int middle = left + c * cellWidth + (cellWidth - Lettering.width(name, LETTERS)) / 2;
      Lettering.draw(picture, name, MARGIN, middle, LETTERS, INK);
    }
    for (int d = 0; d < domains.size(); d++) {
      Domain domain = domains.get(d);
      int bandTop = top + d * band;
      int textTop = bandTop + (band - MARGIN - Lettering.rows(LETTERS)) / 2;
      Lettering.draw(picture, domain.id(), textTop, MARGIN, LETTERS, INK);
      for (int c = 0; c < domain.train().classes(); c++) {
        int[] chosen = firstOf(domain.train(), c, perClass);
        for (int k = 0; k < perClass; k++) {
          int y = bandTop + k * cellHeight;
          int x = left + c * cellWidth;
          if (k < chosen.length) {
            picture.paste(domain.train(), chosen[k], y, x, zoom);
          } else {
            picture.fill(y, x, cellHeight - GAP, cellWidth - GAP, EMPTY);
          }
        }
      }
    }
    return picture;
  }

  private static int[] firstOf(ImageSet images, int label, int count) {
    return IntStream.range(0, images.size())
        .filter(i -> images.label(i) == label)
        .limit(count)
        .toArray();
  }

  private static void require(boolean condition, String rule, int value) {
    if (!condition) {
      throw new IllegalArgumentException(rule + ", got " + value);
    }
  }
}
