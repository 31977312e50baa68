package dev.tributary.scenarios.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** Curves over rounds as SVG, each named at its end instead of in a legend. */
final class LineChart {
  private static final double LEFT = 52;

  /** A bold letter of the labels, at their size in report.css, and the space around them. */
  private static final double LETTER = 8;

  private static final double AROUND_LABEL = 28;
  private static final int LONGEST_NAME = 24;
  private static final double TOP = 14;
  private static final double BOTTOM = 44;
  private static final double LABEL_GAP = 15;
  private static final int MOST_DOTS = 60;

  /**
   * One curve.
   *
   * @param name stands at its end
   * @param color 0 to 7
   * @param points in the order of x
   */
  record Series(String name, int color, List<Point> points) {}

  /**
   * One point of a curve.
   *
   * @param x the round
   * @param y the value
   * @param spread half the height of the band around the curve there, 0 for none
   */
  record Point(double x, double y, double spread) {}

  /** What the values are, which decides how they are written. */
  enum Unit {
    /** Shares in [0, 1]. */
    PERCENT,
    /** Plain numbers. */
    NUMBER;

    String value(double value) {
      return this == PERCENT ? Format.percent(value) : Format.significant(value);
    }

    /** A tick: as many digits as its distance to the next one needs. */
    String tick(double value, double step) {
      double factor = this == PERCENT ? 100 : 1;
      int digits = (int) Math.max(0, -Math.floor(StrictMath.log10(step * factor) + 1e-9));
      return String.format(Locale.ROOT, "%." + digits + "f", value * factor + 0.0);
    }
  }

  /** How large the picture is, in pixels of a page 812 wide. */
  enum Size {
    /** As wide as the page. */
    FULL(760, 330),
    /** Two of them beside each other. */
    HALF(396, 230);

    private final double width;
    private final double height;

    Size(double width, double height) {
      this.width = width;
      this.height = height;
    }
  }

  private record Label(Series series, double anchor, double end) {}

  private final String description;
  private final String yTitle;
  private final Unit unit;
  private final double width;
  private final double height;
  private final boolean fromZero;
  private final double right;
  private final List<Series> series;

  /**
   * A chart; points whose value is not finite are left out.
   *
   * @param description what it shows, for those who cannot see it
   */
  LineChart(
      String description,
      String yTitle,
      Unit unit,
      boolean fromZero,
      Size size,
      List<Series> series) {
    this.description = description;
    this.yTitle = yTitle;
    this.unit = unit;
    this.width = size.width;
    this.height = size.height;
    this.fromZero = fromZero;
    this.series =
        series.stream()
            .map(
                s ->
                    new Series(
                        s.name(),
                        s.color(),
                        s.points().stream().filter(p -> Double.isFinite(p.y())).toList()))
            .filter(s -> !s.points().isEmpty())
            .toList();
    this.right =
        AROUND_LABEL
            + LETTER
                * this.series.stream()
                    .mapToInt(
                        s ->
                            shortened(s.name()).length()
                                + 1
                                + unit.value(s.points().getLast().y()).length())
                    .max()
                    .orElse(0);
  }

  /** The lowest value shown, bands counted; infinite where there is nothing to draw. */
  double low() {
    return fromZero ? 0 : bound(Double.POSITIVE_INFINITY, false);
  }

  /** The highest value shown, bands counted; infinite where there is nothing to draw. */
  double high() {
    return bound(Double.NEGATIVE_INFINITY, false);
  }

  /** Whether there is a band around any curve. */
  boolean hasBand() {
    return series.stream().anyMatch(LineChart::hasBand);
  }

  private static boolean hasBand(Series s) {
    return s.points().stream().anyMatch(p -> p.spread() > 0);
  }

  /** The picture, or a sentence where there is nothing to draw. */
  String svg() {
    return svg(low(), high());
  }

  /** The same on a given axis, which several charts may have in common. */
  String svg(double low, double high) {
    if (series.isEmpty()) {
      return "<p class=\"empty\">Nothing was measured here.</p>";
    }
    double lowX = bound(Double.POSITIVE_INFINITY, true);
    double highX = bound(Double.NEGATIVE_INFINITY, true);
    Scale x = Scale.whole(lowX, highX, width > 500 ? 10 : 5, LEFT, width - right);
    Scale y = Scale.rounded(low, high, 5, height - BOTTOM, TOP);
    Formatter out = new Formatter(Locale.ROOT);
    out.format(
        "<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">",
        width, height, Format.escape(description));
    axes(out, x, y);
    series.forEach(s -> band(out, s, x, y));
    series.forEach(s -> curve(out, s, x, y));
    labels(out, x, y);
    return out.format("</svg>%n").toString();
  }

  private double bound(double start, boolean horizontal) {
    double bound = start;
    for (Series s : series) {
      for (Point p : s.points()) {
        double spread = horizontal ? 0 : p.spread();
        double value = horizontal ? p.x() : p.y();
        bound = start > 0 ? Math.min(bound, value - spread) : Math.max(bound, value + spread);
      }
    }
    return bound;
  }

  private void axes(Formatter out, Scale x, Scale y) {
    for (double tick : y.ticks()) {
      double at = y.pixel(tick);
      out.format(
          "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
          LEFT, width - right, at, at);
      out.format(
          "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 8, at + 4, Format.escape(unit.tick(tick, y.step())));
    }
    double base = height - BOTTOM;
    for (double tick : x.ticks()) {
      out.format(
          "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>",
          x.pixel(tick), base + 18, tick);
    }
    out.format(
        "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
        LEFT, width - right, base, base);
    out.format(
        "<text class=\"title\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">round</text>",
        (LEFT + width - right) / 2, height - 8);
    out.format(
        "<text class=\"title\" transform=\"translate(13 %.1f) rotate(-90)\""
            + " text-anchor=\"middle\">%s</text>",
        (TOP + base) / 2, Format.escape(yTitle));
  }

  private static void band(Formatter out, Series s, Scale x, Scale y) {
    if (!hasBand(s)) {
      return;
    }
    Formatter path = new Formatter(Locale.ROOT);
    for (Point p : s.points()) {
      path.format("%.1f,%.1f ", x.pixel(p.x()), y.pixel(p.y() + p.spread()));
    }
    for (Point p : s.points().reversed()) {
      path.format("%.1f,%.1f ", x.pixel(p.x()), y.pixel(p.y() - p.spread()));
    }
    out.format("<polygon class=\"band c%d\" points=\"%s\"/>", s.color(), path.toString().strip());
  }

  private void curve(Formatter out, Series s, Scale x, Scale y) {
    Formatter path = new Formatter(Locale.ROOT);
    for (Point p : s.points()) {
      path.format("%.1f,%.1f ", x.pixel(p.x()), y.pixel(p.y()));
    }
    out.format("<polyline class=\"line c%d\" points=\"%s\"/>", s.color(), path.toString().strip());
    int stride = Math.max(1, (s.points().size() + MOST_DOTS - 1) / MOST_DOTS);
    for (int i = s.points().size() - 1; i >= 0; i -= stride) {
      Point p = s.points().get(i);
      String spread = p.spread() > 0 ? " ± " + unit.value(p.spread()) : "";
      out.format(
          "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s, round %.0f:"
              + " %s%s</title></circle>",
          s.color(),
          x.pixel(p.x()),
          y.pixel(p.y()),
          i == s.points().size() - 1 ? 3.2 : 2.0,
          Format.escape(s.name()),
          p.x(),
          unit.value(p.y()),
          spread);
    }
  }

  private void labels(Formatter out, Scale x, Scale y) {
    List<Label> labels = new ArrayList<>();
    for (Series s : series) {
      Point last = s.points().getLast();
      labels.add(new Label(s, y.pixel(last.y()), x.pixel(last.x())));
    }
    labels.sort(Comparator.comparingDouble(Label::anchor));
    double[] places =
        spread(labels.stream().mapToDouble(Label::anchor).toArray(), TOP, height - BOTTOM);
    for (int i = 0; i < labels.size(); i++) {
      Label label = labels.get(i);
      double left = width - right + 16;
      if (Math.abs(places[i] - label.anchor()) > 2 || label.end() < width - right - 4) {
        out.format(
            "<polyline class=\"leader c%d\" points=\"%.1f,%.1f %.1f,%.1f\"/>",
            label.series().color(), label.end() + 5, label.anchor(), left - 3, places[i]);
      }
      out.format(
          "<text class=\"label c%d\" x=\"%.1f\" y=\"%.1f\">%s <tspan"
              + " class=\"value\">%s</tspan></text>",
          label.series().color(),
          left,
          places[i] + 4,
          Format.escape(shortened(label.series().name())),
          Format.escape(unit.value(label.series().points().getLast().y())));
    }
  }

  /** Moves sorted places apart by the height of a line, and back into the picture. */
  static double[] spread(double[] sorted, double top, double bottom) {
    double[] places = sorted.clone();
    for (int round = 0; round < 200; round++) {
      boolean moved = false;
      for (int i = 1; i < places.length; i++) {
        double overlap = LABEL_GAP - (places[i] - places[i - 1]);
        if (overlap > 0.01) {
          places[i - 1] -= overlap / 2;
          places[i] += overlap / 2;
          moved = true;
        }
      }
      if (!moved) {
        break;
      }
    }
    double above = top - (places.length == 0 ? top : places[0]);
    double below = places.length == 0 ? 0 : places[places.length - 1] - bottom;
    double shift = above > 0 ? above : below > 0 ? -below : 0;
    for (int i = 0; i < places.length; i++) {
      places[i] += shift;
    }
    return places;
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }
}
