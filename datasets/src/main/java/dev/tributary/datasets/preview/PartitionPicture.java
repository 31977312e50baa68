package dev.tributary.datasets.preview;

import dev.tributary.datasets.partition.PartitionTable;

/**
 * A partition as one picture: a row per client, a column per class with a disk whose area is in
 * proportion to the number of examples, and at the right a bar as long as the client's number of
 * examples, divided by class.
 */
public final class PartitionPicture {
  /** Clients that are drawn at most; the picture says how many more there are. */
  public static final int MOST_CLIENTS = 100;

  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202428;
  private static final int LINE = 0xDDE1E5;
  private static final int LETTERS = 11;
  private static final int ROW = 26;
  private static final int BAR = 260;
  private static final int MARGIN = 12;
  private static final int MOST_LETTERS = 18;

  /**
   * After the color-blind-safe qualitative schemes of Paul Tol, ordered so that neighbors differ in
   * lightness.
   */
  private static final int[] COLORS = {
    0x332288, 0x88CCEE, 0x117733, 0xDDCC77, 0xCC6677, 0x44AA99, 0x882255, 0xBBCC33, 0xAA4499,
    0xEE8866
  };

  private PartitionPicture() {}

  /**
   * Draws a table of at least one client and one class.
   *
   * @param title a line above the picture, such as "dirichlet, alpha 0.1"
   */
  public static Picture draw(String title, PartitionTable table) {
    int classes = table.classes().size();
    if (classes == 0 || table.clients().isEmpty()) {
      throw new IllegalArgumentException(
          "a picture of a partition wants at least one client and one class, got %d and %d"
              .formatted(table.clients().size(), classes));
    }
    int rows = Math.min(MOST_CLIENTS, table.clients().size());
    int side = side(table, rows);
    int bars = side + classes * ROW + 2 * MARGIN;
    int top = MARGIN + 2 * ROW;
    int width =
        Math.max(bars + BAR + 6 * LETTERS + MARGIN, MARGIN + Lettering.width(title, LETTERS));
    Picture picture = new Picture(top + (rows + 1) * ROW + 2 * MARGIN, width, PAPER);
    Lettering.draw(picture, title, MARGIN, MARGIN, LETTERS, INK);
    for (int c = 0; c < classes; c++) {
      String name = Lettering.fit(table.classes().get(c), LETTERS, 3 * LETTERS);
      int left = side + c * ROW + (ROW - Lettering.width(name, LETTERS)) / 2;
      Lettering.draw(picture, name, MARGIN + ROW, left, LETTERS, INK);
    }
    int largestCount = 1;
    int largestClient = 1;
    for (int client = 0; client < rows; client++) {
      largestClient = Math.max(largestClient, table.size(client));
      for (int count : table.counts().get(client)) {
        largestCount = Math.max(largestCount, count);
      }
    }
    for (int client = 0; client < rows; client++) {
      int y = top + client * ROW;
      picture.fill(y + ROW - 1, MARGIN, 1, width - 2 * MARGIN, LINE);
      String name = Lettering.fit(table.clients().get(client), LETTERS, side - MARGIN);
      Lettering.draw(picture, name, y + 5, MARGIN, LETTERS, INK);
      drawDisks(picture, table, client, y, side, largestCount);
      drawBar(picture, table, client, y, bars, largestClient);
    }
    Lettering.draw(picture, footer(table, rows), top + rows * ROW + MARGIN, MARGIN, LETTERS, INK);
    return picture;
  }

  private static int side(PartitionTable table, int rows) {
    int letters = 1;
    for (int client = 0; client < rows; client++) {
      letters = Math.max(letters, table.clients().get(client).length());
    }
    String widest = "m".repeat(Math.min(MOST_LETTERS, letters));
    return MARGIN + Lettering.width(widest, LETTERS) + MARGIN;
  }

  private static String footer(PartitionTable table, int rows) {
    int more = table.clients().size() - rows;
    return more > 0 ? "and " + more + " more clients" : "disk area, bar length: examples";
  }

  private static void drawDisks(
      Picture picture, PartitionTable table, int client, int y, int left, int largest) {
    for (int c = 0; c < table.classes().size(); c++) {
      int count = table.counts().get(client).get(c);
      if (count > 0) {
        double radius = Math.max(0.8, (ROW / 2.0 - 2) * Math.sqrt((double) count / largest));
        picture.disk(
            y + (ROW - 1) / 2.0, left + c * ROW + ROW / 2.0, radius, COLORS[c % COLORS.length]);
      }
    }
  }

  private static void drawBar(
      Picture picture, PartitionTable table, int client, int y, int left, int largest) {
    long before = 0;
    for (int c = 0; c < table.classes().size(); c++) {
      int from = (int) (before * BAR / largest);
      before += table.counts().get(client).get(c);
      int to = (int) (before * BAR / largest);
      picture.fill(y + 4, left + from, ROW - 9, to - from, COLORS[c % COLORS.length]);
    }
    int end = left + (int) (before * BAR / largest) + 6;
    Lettering.draw(picture, Long.toString(before), y + 5, end, LETTERS, INK);
  }
}
