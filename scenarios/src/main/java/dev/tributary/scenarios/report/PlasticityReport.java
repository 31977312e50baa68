package dev.tributary.scenarios.report;

import dev.tributary.engine.diagnostics.LayerDiagnostics;
import dev.tributary.scenarios.output.RoundRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The part of a run's page that is about the model's ability to go on learning. */
final class PlasticityReport {
  private static final int MOST_CURVES = 8;

  private final List<RoundRecord> rounds;

  PlasticityReport(RunView run) {
    this.rounds = run.rounds().stream().filter(r -> !r.layers().isEmpty()).toList();
  }

  /** Adds the sections, if layers were looked at. */
  void write(Page page) {
    if (rounds.isEmpty()) {
      return;
    }
    page.section(
        "Ability to learn",
        "What the layers of the shared model do on a probe of training images. Dead units are never"
            + " active; dormant ones hardly (a score of at most 0.025).");
    page.html("<div class=\"pairs\">");
    chart(page, "Weight norm", LineChart.Unit.NUMBER, LayerDiagnostics::weightNorm);
    chart(page, "Dormant units, %", LineChart.Unit.PERCENT, LayerDiagnostics::dormantShare);
    page.html("</div>");
    table(page);
  }

  private void chart(
      Page page, String title, LineChart.Unit unit, ToDoubleFunction<LayerDiagnostics> value) {
    List<LineChart.Series> series = new ArrayList<>();
    int layers = rounds.getFirst().layers().size();
    for (int layer = 0; layer < Math.min(MOST_CURVES, layers); layer++) {
      List<LineChart.Point> points = new ArrayList<>();
      for (RoundRecord round : rounds) {
        points.add(
            new LineChart.Point(round.round(), value.applyAsDouble(round.layers().get(layer)), 0));
      }
      series.add(
          new LineChart.Series(rounds.getFirst().layers().get(layer).layer(), layer, points));
    }
    page.html("<figure><figcaption>" + title + "</figcaption>");
    boolean none = series.stream().allMatch(s -> s.points().stream().allMatch(p -> p.y() == 0));
    page.html(
        none
            ? "<p class=\"empty\">None in any round.</p>"
            : new LineChart(
                    title + " per layer over rounds",
                    title,
                    unit,
                    true,
                    LineChart.Size.HALF,
                    series)
                .svg());
    page.html("</figure>");
  }

  private void table(Page page) {
    RoundRecord first = rounds.getFirst();
    RoundRecord last = rounds.getLast();
    page.html(
        "<table><thead><tr><th>Layer, after round %d</th><th>Weight norm</th><th>Effective rate</th><th>Units</th><th>Dead</th><th>Dormant</th></tr></thead><tbody>"
            .formatted(last.round()));
    for (int i = 0; i < last.layers().size(); i++) {
      LayerDiagnostics then = first.layers().get(i);
      LayerDiagnostics now = last.layers().get(i);
      page.html(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.2f</td><td>%.2f</td><td>%d</td><td>%.0f %%</td><td>%.0f"
                  + " %%</td></tr>",
              Format.escape(now.layer()),
              now.weightNorm(),
              now.squaredNorm() == 0 ? Double.NaN : then.squaredNorm() / now.squaredNorm(),
              now.units(),
              100 * now.deadShare(),
              100 * now.dormantShare()));
    }
    page.html("</tbody></table>");
    page.html(
        String.format(
            Locale.ROOT,
            "<p class=\"about\">Effective rate: how far a step turns a normalised layer's weights,"
                + " against round %d, by the norms alone (1 / norm^2). Effective rank of the last"
                + " features: %.1f of %.0f; after round %d it was %.1f.</p>",
            first.round(),
            last.features().getOrDefault("effectiveRank", Double.NaN),
            last.features().getOrDefault("width", Double.NaN),
            first.round(),
            first.features().getOrDefault("effectiveRank", Double.NaN)));
  }
}
