package dev.tributary.scenarios.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleFunction;

/** Sums in parts as stacked horizontal bars, drawn to one scale. */
final class BarChart {
  private static final double WIDTH = 760;
  private static final double LEFT = 132;
  private static final double RIGHT = 90;
  private static final double ROW = 34;
  private static final double TOP = 30;
  private static final double BAR = 20;

  /** One bar: its name and its parts in order. */
  record Row(String name, Map<String, Double> parts) {
    double total() {
      return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  private BarChart() {}

  /** The picture; a part keeps its colour over all bars. */
  static String svg(String description, List<Row> rows, DoubleFunction<String> format) {
    double most = rows.stream().mapToDouble(Row::total).max().orElse(0);
    if (!(most > 0)) {
      return "<p class=\"empty\">Nothing was measured here.</p>";
    }
    List<String> parts = new ArrayList<>();
    rows.forEach(
        r -> r.parts().keySet().stream().filter(p -> !parts.contains(p)).forEach(parts::add));
    StringBuilder out = new StringBuilder();
    out.append(
        "<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">"
            .formatted(WIDTH, TOP + ROW * rows.size() + 4, Format.escape(description)));
    legend(out, parts, rows);
    for (int i = 0; i < rows.size(); i++) {
      row(out, rows.get(i), parts, TOP + ROW * i, (WIDTH - LEFT - RIGHT) / most, format);
    }
    return out.append("</svg>\n").toString();
  }

  private static void legend(StringBuilder out, List<String> parts, List<Row> rows) {
    TreeSet<String> present = new TreeSet<>();
    rows.forEach(
        r ->
            r.parts()
                .forEach((part, value) -> present.addAll(value > 0 ? List.of(part) : List.of())));
    double x = LEFT;
    for (int i = 0; i < parts.size(); i++) {
      if (!present.contains(parts.get(i))) {
        continue;
      }
      out.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"bar c%d\" x=\"%.1f\" y=\"4\" width=\"11\" height=\"11\""
                  + " rx=\"2\"/><text class=\"tick\" x=\"%.1f\" y=\"14\">%s</text>",
              i % 8,
              x,
              x + 16,
              Format.escape(parts.get(i))));
      x += 16 + 7.2 * parts.get(i).length() + 22;
    }
  }

  private static void row(
      StringBuilder out,
      Row row,
      List<String> parts,
      double y,
      double pixels,
      DoubleFunction<String> format) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            LEFT - 12,
            y + BAR / 2 + 5,
            Format.escape(row.name())));
    double x = LEFT;
    for (int i = 0; i < parts.size(); i++) {
      double value = row.parts().getOrDefault(parts.get(i), 0.0);
      double width = value * pixels;
      if (width > 0) {
        out.append(
            String.format(
                Locale.ROOT,
                "<rect class=\"bar c%d\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\""
                    + " height=\"%.0f\"><title>%s, %s: %s (%.1f %%)</title></rect>",
                i % 8,
                x,
                y,
                Math.max(0.4, width - (width > 4 ? 1 : 0)),
                BAR,
                Format.escape(row.name()),
                Format.escape(parts.get(i)),
                format.apply(value),
                100 * value / row.total()));
      }
      x += width;
    }
    out.append(
        String.format(
            Locale.ROOT,
            "<text class=\"tick total\" x=\"%.1f\" y=\"%.1f\">%s</text>",
            x + 8,
            y + BAR / 2 + 5,
            format.apply(row.total())));
  }
}
