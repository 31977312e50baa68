package dev.tributary.datasets.preview;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.corruption.Corruption;
import dev.tributary.datasets.corruption.Corruptions;
import dev.tributary.engine.random.Seeds;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What corruptions do as one picture: a row per corruption; for each image a group of columns, as
 * it is and at severities 1 to 5.
 */
public final class CorruptionSheet {
  /** Images that fit beside each other. */
  public static final int MOST_IMAGES = 8;

  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202428;
  private static final int LETTERS = 12;
  private static final int GAP = 2;
  private static final int MARGIN = 10;
  private static final int COLUMNS = Corruption.SEVERITIES + 1;

  private CorruptionSheet() {}

  /**
   * Draws the first images of a set.
   *
   * @param images at least one image of one or three channels; at most {@value #MOST_IMAGES} are
   *     drawn
   * @param corruptions how they are corrupted
   * @param rows which corruptions, from the top, at least one
   * @param seeds decides what is random
   * @param zoom pixels per pixel, in [1, 16]
   */
  public static Picture draw(
      ImageSet images, Corruptions corruptions, List<Corruption> rows, Seeds seeds, int zoom) {
    if (images.size() == 0 || rows.isEmpty()) {
      throw new IllegalArgumentException(
          "a sheet needs at least one image and one corruption, got %d and %d"
              .formatted(images.size(), rows.size()));
    }
    if (zoom < 1 || zoom > 16) {
      throw new IllegalArgumentException("the zoom must be in [1, 16], got " + zoom);
    }
    int[] shown = IntStream.range(0, Math.min(images.size(), MOST_IMAGES)).toArray();
    int cellHeight = images.height() * zoom + GAP;
    int cellWidth = images.width() * zoom + GAP;
    int side = rows.stream().mapToInt(row -> Lettering.width(row.id(), LETTERS)).max().orElse(0);
    int left = MARGIN + side + MARGIN;
    int top = MARGIN + Lettering.rows(LETTERS) + GAP;
    int group = COLUMNS * cellWidth + MARGIN;
    Picture picture =
        new Picture(top + rows.size() * cellHeight + MARGIN, left + shown.length * group, PAPER);
    for (int image : shown) {
      for (int severity = 0; severity < COLUMNS; severity++) {
        String head = Integer.toString(severity);
        int middle =
            left
                + image * group
                + severity * cellWidth
                + (cellWidth - Lettering.width(head, LETTERS)) / 2;
        Lettering.draw(picture, head, MARGIN, middle, LETTERS, INK);
      }
    }
    for (int row = 0; row < rows.size(); row++) {
      Corruption corruption = rows.get(row);
      int y = top + row * cellHeight;
      int textTop = y + (cellHeight - Lettering.rows(LETTERS)) / 2;
      Lettering.draw(picture, corruption.id(), textTop, MARGIN, LETTERS, INK);
      for (int severity = 0; severity < COLUMNS; severity++) {
        ImageSet column =
            severity == 0 ? images : corruptions.apply(images, shown, corruption, severity, seeds);
        for (int image : shown) {
          picture.paste(column, image, y, left + image * group + severity * cellWidth, zoom);
        }
      }
    }
    return picture;
  }
}
