package dev.tributary.datasets.preview;

import dev.tributary.datasets.partition.PartitionTable;
import dev.tributary.datasets.stream.StreamTask;
import dev.tributary.datasets.stream.TaskStream;
import java.util.List;

/**
 * A stream as one picture: a row per task, from above to below in the order of time, with a heat
 * map of training examples by label, their number, and images from the end of the task.
 */
public final class StreamPicture {
  /** Tasks that are drawn at most; the picture says how many more there are. */
  public static final int MOST_TASKS = 60;

  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202428;
  private static final int LINE = 0xDDE1E5;
  private static final int NONE = 0xF2F4F6;
  private static final int FEW = 0xC6DBEF;
  private static final int MANY = 0x08306B;
  private static final int LETTERS = 11;
  private static final int LEAST_ROW = 26;
  private static final int HEAT = 520;
  private static final int MARGIN = 12;
  private static final int NAME = 24;
  private static final int NUMBER = 6;

  private StreamPicture() {}

  /**
   * Draws a stream. Images are drawn if examples are [channels, height, width]; the least feature
   * of all that are drawn is black, the greatest white.
   *
   * @param title a line above the picture, such as the scenario's name
   */
  public static Picture draw(String title, TaskStream stream) {
    PartitionTable table = stream.table();
    int rows = Math.min(MOST_TASKS, stream.tasks());
    List<StreamTask> tasks = stream.all().subList(0, rows);
    Samples samples = Samples.of(tasks, stream.shape());
    int row = Math.max(LEAST_ROW, samples.height() + 4);
    int column = Math.clamp(HEAT / stream.classes(), 3, LEAST_ROW);
    int heat = MARGIN + Lettering.width("m".repeat(longest(table, rows)), LETTERS) + MARGIN;
    int numbers = heat + stream.classes() * column + MARGIN;
    int images = numbers + Lettering.width("m".repeat(NUMBER), LETTERS) + MARGIN;
    int width =
        Math.max(
            images + Samples.EACH * (samples.width() + 2) + MARGIN,
            2 * MARGIN + Lettering.width(title, LETTERS));
    int top = MARGIN + 2 * LEAST_ROW;
    Picture picture = new Picture(top + rows * row + LEAST_ROW + 2 * MARGIN, width, PAPER);
    Lettering.draw(picture, title, MARGIN, MARGIN, LETTERS, INK);
    drawLabels(picture, stream.classes(), heat, column);
    int most = largest(table, rows);
    for (int t = 0; t < rows; t++) {
      int y = top + t * row;
      int text = y + (row - Lettering.rows(LETTERS)) / 2;
      String name = Lettering.fit(table.clients().get(t), LETTERS, heat - 2 * MARGIN + 2);
      Lettering.draw(picture, name, text, MARGIN, LETTERS, INK);
      for (int c = 0; c < stream.classes(); c++) {
        int color = shade(table.counts().get(t).get(c), most);
        picture.fill(y + 1, heat + c * column, row - 2, column - (column > 4 ? 1 : 0), color);
      }
      Lettering.draw(picture, Integer.toString(table.size(t)), text, numbers, LETTERS, INK);
      samples.draw(picture, t, y + (row - samples.height()) / 2, images);
      picture.fill(y + row - 1, MARGIN, 1, width - 2 * MARGIN, LINE);
    }
    int more = stream.tasks() - rows;
    String footer =
        (more > 0 ? "and " + more + " more tasks; " : "") + "darkest: " + most + " examples";
    Lettering.draw(picture, footer, top + rows * row + MARGIN, MARGIN, LETTERS, INK);
    return picture;
  }

  private static void drawLabels(Picture picture, int classes, int left, int column) {
    // Where columns are narrow, a label takes the room of several.
    int step = Math.ceilDiv(Lettering.width(Integer.toString(classes - 1), LETTERS) + 4, column);
    for (int c = 0; c < classes; c += step) {
      String name = Integer.toString(c);
      int inset = Math.max(0, (column - Lettering.width(name, LETTERS)) / 2);
      Lettering.draw(picture, name, MARGIN + LEAST_ROW, left + c * column + inset, LETTERS, INK);
    }
  }

  private static int longest(PartitionTable table, int rows) {
    int letters =
        table.clients().subList(0, rows).stream().mapToInt(String::length).max().orElse(1);
    return Math.min(NAME, letters);
  }

  private static int largest(PartitionTable table, int rows) {
    return table.counts().subList(0, rows).stream()
        .flatMap(List::stream)
        .mapToInt(Integer::intValue)
        .max()
        .orElse(0);
  }

  /** Paper for none; else between two blues, so that a single example is seen. */
  private static int shade(int count, int most) {
    if (count == 0) {
      return NONE;
    }
    double part = most == 1 ? 1 : (count - 1.0) / (most - 1);
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int few = FEW >> shift & 0xFF;
      int many = MANY >> shift & 0xFF;
      mixed |= (int) Math.round(few + part * (many - few)) << shift;
    }
    return mixed;
  }
}
