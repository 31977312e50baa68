package dev.tributary.scenarios.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text with aligned columns. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();
  private final int leftColumns;

  /**
   * A table.
   *
   * @param leftColumns how many columns from the left are text; the others are numbers, aligned to
   *     the right
   * @param heads the columns' names
   */
  public Table(int leftColumns, List<String> heads) {
    this.leftColumns = leftColumns;
    rows.add(List.copyOf(heads));
  }

  /** Adds a row with as many cells as there are heads. */
  public Table row(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells for " + rows.getFirst().size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The lines of the table, without spaces at their ends. */
  public List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - width(row.get(i)));
        line.append(i == 0 ? "" : "  ")
            .append(i < leftColumns ? row.get(i) + padding : padding + row.get(i));
      }
      lines.add(line.toString().stripTrailing());
      if (lines.size() == 1) {
        int total = 2 * (columns - 1);
        for (int w : widths) {
          total += w;
        }
        lines.add("─".repeat(total));
      }
    }
    return lines;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
