package dev.tributary.scenarios.report;

import dev.tributary.scenarios.output.DomainMetrics;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.TimeSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The page of one run. */
final class RunReport {
  /** With more clients than this, curves of single ones would only be a tangle. */
  private static final int MOST_CLIENT_CURVES = 8;

  private final RunView run;
  private final RunSummary summary;

  RunReport(RunView run) {
    this.run = run;
    this.summary = run.summary();
  }

  String html() {
    Page page = new Page(run.name() + " – Tributary");
    header(page);
    accuracies(page);
    new StreamReport(run).write(page);
    new TestTimeReport(run).write(page);
    new PlasticityReport(run).write(page);
    curves(page);
    divergence(page);
    traffic(page);
    time(page);
    refusals(page);
    environment(page);
    page.section(
            "Scenario", "Every setting with where it came from; this text runs again as it is.")
        .html(
            "<details><summary>scenario.resolved.conf</summary><pre>%s</pre></details>"
                .formatted(Format.escape(run.scenario())));
    return page.render("Drawn by Tributary from the files of this run's directory alone.");
  }

  private void header(Page page) {
    Environment environment = run.environment();
    page.header(
        "Tributary run · " + summary.scenario() + " · " + environment.started(),
        run.name(),
        "<b>%s</b> trained <b>%s</b>%s with seed <b>%d</b> for %s: <b>%s&nbsp;%%</b> mean accuracy over %s."
            .formatted(
                Format.escape(summary.methods()),
                Format.escape(summary.model()),
                setting(),
                summary.seed(),
                Format.plural(summary.rounds(), "round"),
                Format.percent(summary.meanAccuracy()),
                Format.plural(summary.domainAccuracy().size(), "domain")));
    if (!summary.isComplete()) {
      page.note(
          "This run was "
              + run.progress()
              + ": the numbers are those of its last finished round. Continue it with: tributary"
              + " resume "
              + run.path().getFileName(),
          true);
    }
    summary.notes().forEach(note -> page.note(note, false));
    run.environment().data().stream()
        .filter(note -> !summary.notes().contains(note))
        .forEach(note -> page.note(note, false));
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("Mean accuracy", Format.percent(summary.meanAccuracy()) + " <small>%</small>");
    figures.put("Rounds", Integer.toString(summary.rounds()));
    figures.put("Time", Format.seconds(summary.seconds()));
    figures.put("Samples/s", Format.count(summary.samplesPerSecond()));
    figures.put(
        "Sent and received", Format.bytes((double) summary.bytesUp() + summary.bytesDown()));
    page.figures(figures);
  }

  /** The normalisation and the stream, where the scenario names them. */
  private String setting() {
    ScenarioText scenario = new ScenarioText(run.scenario());
    String normalization = Format.escape(scenario.normalization());
    String stream = Format.escape(scenario.stream());
    return (normalization.isEmpty() ? "" : " (normalisation <b>" + normalization + "</b>)")
        + (stream.isEmpty() ? "" : " on a <b>" + stream + "</b> stream");
  }

  private void accuracies(Page page) {
    Map<String, DomainMetrics> counts =
        run.rounds().stream()
            .map(RoundRecord::test)
            .filter(t -> !t.isEmpty())
            .reduce((a, b) -> b)
            .orElse(Map.of());
    page.section("Accuracy by domain", "Share of test examples classified correctly, in percent.");
    page.html(
        "<table><thead><tr><th>Domain</th><th>Test"
            + " examples</th><th>Accuracy</th><th></th></tr></thead><tbody>");
    summary
        .domainAccuracy()
        .forEach(
            (domain, accuracy) ->
                page.html(
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td class=\"meter\"><i style=\"width:%s%%\"></i></td></tr>"
                        .formatted(
                            Format.escape(domain),
                            counts.containsKey(domain)
                                ? Format.count(counts.get(domain).examples())
                                : "–",
                            Format.percent(accuracy),
                            Double.isNaN(accuracy) ? "0" : Format.percent(accuracy))));
    page.html(
        "<tr class=\"sum\"><td>Mean of domains</td><td></td><td>%s</td><td></td></tr></tbody></table>"
            .formatted(Format.percent(summary.meanAccuracy())));
    page.html(
        "<p class=\"about\">Counted by example instead of by domain: %s. On validation splits, mean of domains: %s.</p>"
            .formatted(
                Format.percent(summary.sampleWeightedAccuracy()),
                Format.percent(summary.validationAccuracy())));
  }

  private void curves(Page page) {
    List<LineChart.Series> accuracy = new ArrayList<>();
    for (String domain : names(RoundRecord::test)) {
      accuracy.add(
          series(
              domain,
              accuracy.size(),
              r -> r.test().containsKey(domain) ? r.test().get(domain).accuracy() : Double.NaN));
    }
    page.section("Accuracy over rounds", "On each domain's test split, in percent.");
    page.html(
        new LineChart(
                "accuracy per domain over rounds",
                "accuracy, %",
                LineChart.Unit.PERCENT,
                false,
                LineChart.Size.FULL,
                accuracy)
            .svg());
    page.section("Training loss", "Mean cross-entropy over the round's clients, in nats.");
    page.html(
        new LineChart(
                "training loss over rounds",
                "loss, nats",
                LineChart.Unit.NUMBER,
                true,
                LineChart.Size.FULL,
                List.of(series("loss", 0, RoundRecord::meanTrainLoss)))
            .svg());
  }

  private void divergence(Page page) {
    Set<String> clients = names(RoundRecord::clientDivergence);
    List<LineChart.Series> series = new ArrayList<>();
    if (clients.size() <= MOST_CLIENT_CURVES) {
      for (String client : clients) {
        series.add(
            series(
                client, series.size(), r -> r.clientDivergence().getOrDefault(client, Double.NaN)));
      }
    } else {
      series.add(series("largest", 1, r -> quantile(r, 1)));
      series.add(series("median", 0, r -> quantile(r, 0.5)));
      series.add(series("smallest", 2, r -> quantile(r, 0)));
    }
    page.section(
        "Client divergence",
        "How far each client's training moves the shared weights in a round: the norm of its delta,"
            + " a Euclidean distance.");
    page.html(
        new LineChart(
                "client divergence over rounds",
                "distance",
                LineChart.Unit.NUMBER,
                true,
                LineChart.Size.FULL,
                series)
            .svg());
  }

  private static double quantile(RoundRecord round, double share) {
    double[] sorted =
        round.clientDivergence().values().stream().mapToDouble(v -> v).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  private void traffic(Page page) {
    page.section(
        "Bytes by kind",
        "Payload is weights, metadata what describes them, framing what the transport adds.");
    page.html(
        BarChart.svg(
            "bytes by kind, up and down",
            List.of(
                new BarChart.Row("clients → server", doubles(summary.bytesUpByKind())),
                new BarChart.Row("server → clients", doubles(summary.bytesDownByKind()))),
            Format::bytes));
    Set<String> kinds = new LinkedHashSet<>(summary.bytesUpByKind().keySet());
    kinds.addAll(summary.bytesDownByKind().keySet());
    page.html(
        "<table><thead><tr><th>Kind</th><th>Clients → server</th><th>Server →"
            + " clients</th></tr></thead><tbody>");
    for (String kind : kinds) {
      traffic(
          page,
          "<tr>",
          kind,
          summary.bytesUpByKind().getOrDefault(kind, 0L),
          summary.bytesDownByKind().getOrDefault(kind, 0L));
    }
    traffic(page, "<tr class=\"sum\">", "all", summary.bytesUp(), summary.bytesDown());
    page.html("</tbody></table>");
    double share = summary.upShareOfFp32();
    if (share < 1) {
      page.html(
          "<p class=\"about\">Clients sent %s&nbsp;%% of the bytes that the same answers would take with deltas in float32 (fp32).</p>"
              .formatted(Format.percent(share)));
    }
  }

  private static void traffic(Page page, String row, String kind, long up, long down) {
    page.html(
        "%s<td>%s</td><td>%s</td><td>%s</td></tr>"
            .formatted(row, Format.escape(kind), Format.bytes(up), Format.bytes(down)));
  }

  private static Map<String, Double> doubles(Map<String, Long> values) {
    Map<String, Double> doubles = new LinkedHashMap<>();
    values.forEach((k, v) -> doubles.put(k, v.doubleValue()));
    return doubles;
  }

  private void time(Page page) {
    TimeSplit all =
        run.rounds().stream().map(RoundRecord::time).reduce(TimeSplit.NONE, TimeSplit::plus);
    page.section(
        "Where the time went",
        "By the server's clock, summed over rounds: %s in all."
            .formatted(Format.seconds(summary.seconds())));
    page.html(
        BarChart.svg(
            "time by part", List.of(new BarChart.Row("seconds", parts(all))), Format::seconds));
    long rounds = run.rounds().stream().filter(r -> r.round() > 0).count();
    if (rounds > 1) {
      double first =
          run.rounds().stream().filter(r -> r.round() > 0).findFirst().orElseThrow().seconds();
      double total =
          run.rounds().stream().filter(r -> r.round() > 0).mapToDouble(RoundRecord::seconds).sum();
      page.html(
          "<p class=\"about\">The first round took %s, the later ones %s each.</p>"
              .formatted(Format.seconds(first), Format.seconds((total - first) / (rounds - 1))));
    }
  }

  private static Map<String, Double> parts(TimeSplit time) {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("train", time.train());
    parts.put("evaluate", time.evaluate());
    parts.put("aggregate", time.aggregate());
    parts.put("checkpoint", time.checkpoint());
    return parts;
  }

  private void refusals(Page page) {
    if (summary.refusals().isEmpty()) {
      return;
    }
    page.section(
        "Refusals",
        "By code: updates that were not averaged, and deltas or weights that had to be sent"
            + " again.");
    Map<String, String> facts = new LinkedHashMap<>();
    summary.refusals().forEach((code, count) -> facts.put(code, Integer.toString(count)));
    page.facts(facts);
  }

  private void environment(Page page) {
    Environment e = run.environment();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Weights, SHA-256", summary.weightsSha256());
    facts.put("Local state, SHA-256", summary.localStateSha256());
    facts.put("Processor", e.cpu() + ", " + e.cores() + " cores");
    facts.put(
        "Memory",
        (e.memoryBytes() > 0 ? Format.bytes(e.memoryBytes()) + ", of which " : "")
            + Format.bytes(e.heapBytes())
            + " for the Java heap");
    facts.put("System", e.os());
    facts.put("Java", e.java());
    facts.put("Versions", joined(e.versions()));
    if (!e.revision().isEmpty()) {
      facts.put("Source", e.revision());
    }
    e.engine().forEach((name, value) -> facts.put("Engine, " + name, value));
    page.section(
        "How to get these bits again", "Same scenario, same seed, same engine: same hashes.");
    page.facts(facts);
  }

  private static String joined(Map<String, String> map) {
    return map.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private LineChart.Series series(String name, int index, Function<RoundRecord, Double> value) {
    return new LineChart.Series(
        name,
        index % 8,
        run.rounds().stream().map(r -> new LineChart.Point(r.round(), value.apply(r), 0)).toList());
  }

  private Set<String> names(Function<RoundRecord, Map<String, ?>> map) {
    Set<String> names = new LinkedHashSet<>();
    run.rounds().forEach(r -> names.addAll(map.apply(r).keySet()));
    return names;
  }
}
