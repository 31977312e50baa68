package dev.tributary.scenarios.report;

import java.util.List;
import java.util.Locale;

/** Shares in [0, 1] as a grid of cells, the darker the higher, each with its value in percent. */
final class HeatMap {
  private static final double WIDTH = 760;
  private static final double LEFT = 132;
  private static final double TOP = 46;
  private static final double WIDEST_CELL = 76;
  private static final double HIGHEST_CELL = 36;

  /** On light pages; not as far as report.css's blue, so that black is read well on all of it. */
  static final Shade LIGHT = new Shade(0xfdfdfc, 0x4c9ed9);

  /** On dark ones. */
  static final Shade DARK = new Shade(0x14171b, 0x56b4e9);

  /** Cells narrower than this have no room for a number; it stands in their title. */
  private static final double NUMBER = 34;

  private HeatMap() {}

  /**
   * The picture.
   *
   * @param description what it shows, for those who cannot see it
   * @param across what the columns are
   * @param columns their names
   * @param rows their names
   * @param cells by row, then by column; NaN for nothing
   */
  static String svg(
      String description,
      String across,
      List<String> columns,
      List<String> rows,
      List<List<Double>> cells) {
    double width = Math.min(WIDEST_CELL, (WIDTH - LEFT - 2) / Math.max(1, columns.size()));
    double height = Math.min(HIGHEST_CELL, Math.max(14, width * 0.6));
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"chart\" viewBox=\"0 0 %.0f %.1f\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            TOP + height * rows.size() + 4,
            Format.escape(description)));
    text(out, "title", LEFT, 14, "start", across);
    for (int j = 0; j < columns.size(); j++) {
      if (width >= NUMBER || j % 5 == 0) {
        text(out, "tick", LEFT + width * (j + 0.5), TOP - 8, "middle", columns.get(j));
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      double y = TOP + height * i;
      text(out, "name", LEFT - 12, y + height / 2 + 5, "end", rows.get(i));
      for (int j = 0; j < cells.get(i).size(); j++) {
        cell(out, LEFT + width * j, y, width, height, cells.get(i).get(j));
      }
    }
    return out.append("</svg>\n").toString();
  }

  private static void cell(
      StringBuilder out, double x, double y, double width, double height, double value) {
    boolean empty = Double.isNaN(value);
    out.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\""
                + " style=\"%s\"><title>%s</title></rect>",
            x,
            y,
            width - 2,
            height - 2,
            empty ? "fill:none" : fill(LIGHT.cell(value), DARK.cell(value)),
            empty ? "not measured" : Format.percent(value) + " %"));
    if (width >= NUMBER && !empty) {
      out.append(
          String.format(
              Locale.ROOT,
              "<text style=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>",
              fill(LIGHT.text(value), DARK.text(value)),
              x + width / 2 - 1,
              y + height / 2 + 4,
              100 * value));
    }
  }

  /** A colour for light pages and one for dark ones; the first for what cannot tell them apart. */
  private static String fill(int light, int dark) {
    return String.format(Locale.ROOT, "fill:#%06x;fill:light-dark(#%1$06x,#%06x)", light, dark);
  }

  private static void text(
      StringBuilder out, String style, double x, double y, String anchor, String text) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            style,
            x,
            y,
            anchor,
            Format.escape(text)));
  }
}
