package dev.tributary.scenarios.report;

import dev.tributary.scenarios.output.RoundRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page of several runs side by side. */
final class ComparisonReport {
  private final String title;
  private final List<RunView> runs;
  private final List<String> absent;
  private final Comparison comparison;

  /**
   * The page.
   *
   * @param absent what a reader must know of runs that should be here too; mostly empty
   */
  ComparisonReport(String title, List<RunView> runs, List<String> absent) {
    this.title = title;
    this.runs = runs;
    this.absent = absent;
    this.comparison = Comparison.of(runs);
  }

  String html() {
    Page page = new Page(title + " – Tributary");
    Set<Long> seeds = new LinkedHashSet<>();
    comparison.methods().forEach(m -> seeds.addAll(m.seeds()));
    page.header(
        "Tributary comparison · " + Format.plural(runs.size(), "run"),
        title,
        "%s over %s and %s.%s"
            .formatted(
                Format.plural(comparison.methods().size(), "method"),
                Format.plural(comparison.domains().size(), "domain"),
                Format.plural(seeds.size(), "seed"),
                winner()));
    notes(page);
    accuracies(page);
    curves(page);
    extra(
        page,
        "Over time",
        "Means over tasks, in percent; among all classes, and (aware) among the task's.",
        Comparison.Method::continual);
    extra(
        page,
        "At test time",
        "Mean accuracy in percent over all corruptions, by method of adaptation and batch size.",
        Comparison.Method::testTime);
    costs(page);
    runTable(page);
    return page.render("Drawn by Tributary from the files of the runs' directories alone.");
  }

  /** The method with the highest mean accuracy, as a sentence; empty where there is no contest. */
  private String winner() {
    double best = comparison.best(Comparison.Method::meanAccuracy);
    return comparison.methods().stream()
        .filter(m -> m.complete() && m.meanAccuracy().mean() == best)
        .findFirst()
        .map(
            m ->
                " Highest mean accuracy: <b>%s</b> with <b>%s&nbsp;%%</b>."
                    .formatted(Format.escape(m.name()), Format.percent(best)))
        .orElse("");
  }

  private void curves(Page page) {
    LineChart mean = chart(null, LineChart.Size.FULL);
    page.section(
        "Accuracy over rounds",
        "Mean of the domains' test accuracies, in percent"
            + (mean.hasBand() ? "; the band is one standard deviation over seeds." : "."));
    page.html(mean.svg());
    if (comparison.domains().size() < 2) {
      return;
    }
    List<LineChart> charts =
        comparison.domains().stream().map(d -> chart(d, LineChart.Size.HALF)).toList();
    double low = charts.stream().mapToDouble(LineChart::low).min().orElse(0);
    double high = charts.stream().mapToDouble(LineChart::high).max().orElse(1);
    page.section("The same, domain by domain", "").html("<div class=\"pairs\">");
    for (int i = 0; i < charts.size(); i++) {
      page.html(
              "<figure><figcaption>" + Format.escape(comparison.domains().get(i)) + "</figcaption>")
          .html(charts.get(i).svg(low, high) + "</figure>");
    }
    page.html("</div>");
  }

  private void notes(Page page) {
    Set<String> notes = new LinkedHashSet<>();
    for (RunView run : runs) {
      notes.addAll(run.summary().notes());
      notes.addAll(run.environment().data());
    }
    String unfinished =
        comparison.methods().stream()
            .filter(m -> !m.complete())
            .map(Comparison.Method::title)
            .collect(Collectors.joining(", "));
    if (!unfinished.isEmpty()) {
      page.note(
          "Not all runs are complete, and what is not takes no part in what is highest: "
              + unfinished
              + ".",
          true);
    }
    absent.forEach(note -> page.note(note, true));
    Set<Integer> rounds =
        comparison.methods().stream().map(Comparison.Method::rounds).collect(Collectors.toSet());
    if (rounds.size() > 1) {
      page.note(
          "The methods did not train for the same number of rounds; see the table of costs.", true);
    }
    notes.forEach(note -> page.note(note, false));
  }

  private void accuracies(Page page) {
    boolean repeated = comparison.methods().stream().anyMatch(m -> m.meanAccuracy().n() > 1);
    page.section(
        "Accuracy by domain",
        "Test accuracy after the last round, in percent"
            + (repeated ? ", mean ± standard deviation over seeds" : "")
            + "; the highest in each column is bold.");
    page.html("<div class=\"scroll\"><table><thead><tr><th>Method</th>");
    comparison.domains().forEach(d -> page.html("<th>" + Format.escape(d) + "</th>"));
    page.html("<th>mean</th></tr></thead><tbody>");
    for (Comparison.Method method : comparison.methods()) {
      page.html("<tr><td>" + name(method) + "</td>");
      for (String domain : comparison.domains()) {
        page.html(cell(method, m -> m.domainAccuracy().getOrDefault(domain, Stat.of(List.of()))));
      }
      page.html(cell(method, Comparison.Method::meanAccuracy) + "</tr>");
    }
    page.html("</tbody></table></div>");
  }

  private String cell(Comparison.Method method, Function<Comparison.Method, Stat> column) {
    Stat stat = column.apply(method);
    String number = Format.percent(stat.mean());
    // Ties as printed are ties for the reader.
    boolean bold =
        method.complete()
            && !Double.isNaN(stat.mean())
            && number.equals(Format.percent(comparison.best(column)));
    return cell(bold ? "<b>" + number + "</b>" : number, stat);
  }

  private static String cell(String number, Stat stat) {
    return "<td>"
        + number
        + (stat.n() > 1
            ? " <span class=\"dev\">± " + Format.percent(stat.deviation()) + "</span>"
            : "")
        + "</td>";
  }

  private LineChart chart(@Nullable String domain, LineChart.Size size) {
    List<LineChart.Series> series = new ArrayList<>();
    for (Map.Entry<String, List<RunView>> group : Comparison.grouped(runs).entrySet()) {
      series.add(
          new LineChart.Series(
              group.getKey(),
              series.size() % 8,
              Comparison.curve(group.getValue(), round -> accuracy(round, domain))));
    }
    String what = domain == null ? "mean over domains" : domain;
    return new LineChart(
        "accuracy per method over rounds: " + what,
        "accuracy, %",
        LineChart.Unit.PERCENT,
        false,
        size,
        series);
  }

  private static double accuracy(RoundRecord round, @Nullable String domain) {
    if (domain == null) {
      return round.meanTestAccuracy();
    }
    return round.test().containsKey(domain) ? round.test().get(domain).accuracy() : Double.NaN;
  }

  /** A table with a column per figure, where any method has some. */
  private void extra(
      Page page,
      String heading,
      String about,
      Function<Comparison.Method, Map<String, Stat>> figures) {
    Set<String> columns = new LinkedHashSet<>();
    comparison.methods().forEach(m -> columns.addAll(figures.apply(m).keySet()));
    if (columns.isEmpty()) {
      return;
    }
    page.section(heading, about);
    page.html("<div class=\"scroll\"><table><thead><tr><th>Method</th>");
    columns.forEach(c -> page.html("<th>" + Format.escape(StreamReport.heading(c)) + "</th>"));
    page.html("</tr></thead><tbody>");
    for (Comparison.Method method : comparison.methods()) {
      page.html("<tr><td>" + name(method) + "</td>");
      for (String column : columns) {
        Stat stat = figures.apply(method).getOrDefault(column, Stat.of(List.of()));
        page.html(cell(Format.percent(stat.mean()), stat));
      }
      page.html("</tr>");
    }
    page.html("</tbody></table></div>");
  }

  private void costs(Page page) {
    page.section("What it cost", "Means over the runs of a method.");
    page.html(
        "<div class=\"scroll\"><table><thead><tr><th>Method</th><th"
            + " class=\"text\">Model</th><th>Rounds</th><th>Time</th><th>Samples/s</th><th>Clients"
            + " → server</th><th>of fp32, %</th><th>Server →"
            + " clients</th></tr></thead><tbody>");
    for (Comparison.Method m : comparison.methods()) {
      page.html(
          "<tr><td>%s</td><td class=\"text\">%s</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
              .formatted(
                  name(m),
                  Format.escape(m.model()),
                  m.rounds(),
                  Format.seconds(m.seconds().mean()),
                  Format.count(m.samplesPerSecond().mean()),
                  Format.bytes(m.bytesUp().mean()),
                  Format.percent(m.upShareOfFp32().mean()),
                  Format.bytes(m.bytesDown().mean())));
    }
    page.html("</tbody></table></div>");
  }

  private void runTable(Page page) {
    page.section("Runs", "Equal hashes mean equal weights, bit for bit.");
    page.html(
        "<div class=\"scroll\"><table><thead><tr><th>Run</th><th>Seed</th><th>Rounds</th><th>Accuracy</th><th"
            + " class=\"text\">Weights</th><th class=\"text\">Local"
            + " state</th></tr></thead><tbody>");
    for (RunView run : runs) {
      page.html(
          "<tr><td>%s</td><td>%d</td><td>%d</td><td>%s</td><td class=\"text\"><code>%s</code></td><td class=\"text\"><code>%s</code></td></tr>"
              .formatted(
                  Format.escape(run.name()),
                  run.summary().seed(),
                  run.summary().rounds(),
                  Format.percent(run.summary().meanAccuracy()),
                  start(run.summary().weightsSha256()),
                  start(run.summary().localStateSha256())));
    }
    page.html("</tbody></table></div>");
  }

  private static String name(Comparison.Method method) {
    return Format.escape(method.name())
        + (method.complete()
            ? ""
            : "<br/><span class=\"dev\">" + Format.escape(method.state()) + "</span>");
  }

  private static String start(String hash) {
    return Format.escape(hash.length() > 12 ? hash.substring(0, 12) : hash);
  }
}
