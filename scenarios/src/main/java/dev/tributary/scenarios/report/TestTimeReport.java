package dev.tributary.scenarios.report;

import dev.tributary.scenarios.output.TestTimeRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The part of a run's page that is about test time. */
final class TestTimeReport {
  private static final int MOST_SEVERITIES_APART = 1;

  private final List<TestTimeRecord> records;

  TestTimeReport(RunView run) {
    this.records = run.testTime();
  }

  /** Adds the sections, if the trained model was tested. */
  void write(Page page) {
    if (records.isEmpty()) {
      return;
    }
    TestTimeRecord first = records.getFirst();
    page.section(
        "At test time",
        "Accuracy in percent of the trained model on images it was not trained for; methods adapt"
            + " to them without labels, and go back to the trained model "
            + first.reset().replace('-', ' ')
            + ". The model tested is the server's mean model, on a draw of test images, so its"
            + " accuracy on clean ones can differ from the one at the top of the page.");
    overview(page);
    for (int batch : batches()) {
      shifts(page, batch);
    }
    calibration(page);
  }

  private List<Integer> batches() {
    return records.stream().map(TestTimeRecord::batchSize).distinct().toList();
  }

  private List<String> adapters() {
    return records.stream().map(TestTimeRecord::adapter).distinct().toList();
  }

  private void overview(Page page) {
    List<List<Double>> cells = new ArrayList<>();
    for (String adapter : adapters()) {
      List<Double> row = new ArrayList<>();
      for (int batch : batches()) {
        row.add(
            mean(
                records.stream()
                    .filter(
                        r -> r.corrupted() && r.adapter().equals(adapter) && r.batchSize() == batch)
                    .toList(),
                TestTimeRecord::accuracy));
      }
      cells.add(row);
    }
    page.html(
        HeatMap.svg(
            "mean accuracy on corrupted images",
            "mean over corruptions, by batch size",
            batches().stream().map(b -> Integer.toString(b)).toList(),
            adapters(),
            cells));
  }

  private void shifts(Page page, int batch) {
    Map<String, Map<String, List<TestTimeRecord>>> rows = new LinkedHashMap<>();
    for (TestTimeRecord record : records) {
      if (record.batchSize() == batch) {
        rows.computeIfAbsent(name(record), _ -> new LinkedHashMap<>())
            .computeIfAbsent(record.adapter(), _ -> new ArrayList<>())
            .add(record);
      }
    }
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th>");
    table.append("Batches of ").append(batch).append("</th>");
    adapters().forEach(a -> table.append("<th>").append(Format.escape(a)).append("</th>"));
    table.append("</tr></thead><tbody>");
    rows.forEach(
        (name, row) -> {
          double best =
              row.values().stream()
                  .mapToDouble(r -> mean(r, TestTimeRecord::accuracy))
                  .max()
                  .orElse(Double.NaN);
          table.append("<tr><td>").append(Format.escape(name)).append("</td>");
          for (String adapter : adapters()) {
            double value = mean(row.getOrDefault(adapter, List.of()), TestTimeRecord::accuracy);
            String shown = Format.percent(value);
            table
                .append("<td>")
                .append(value == best ? "<b>" + shown + "</b>" : shown)
                .append("</td>");
          }
          table.append("</tr>");
        });
    page.html(table.append("</tbody></table></div>").toString());
  }

  /** Few severities stand apart; of more, a row is the mean. */
  private String name(TestTimeRecord record) {
    long severities =
        records.stream()
            .filter(TestTimeRecord::corrupted)
            .map(TestTimeRecord::severity)
            .distinct()
            .count();
    String words = record.shift().replace('_', ' ');
    return record.corrupted() && severities <= MOST_SEVERITIES_APART
        ? words + ", severity " + record.severity()
        : words + (record.corrupted() ? ", all severities" : "");
  }

  private void calibration(Page page) {
    page.html(
        "<table><thead><tr><th>On corrupted images, mean</th><th>Batch</th><th>Loss,"
            + " nats</th><th>Entropy, nats</th><th>Calibration error,"
            + " %</th></tr></thead><tbody>");
    Map<String, List<TestTimeRecord>> groups =
        records.stream()
            .filter(TestTimeRecord::corrupted)
            .collect(
                Collectors.groupingBy(
                    r -> r.adapter() + "|" + r.batchSize(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    groups.values().stream()
        .forEach(
            group ->
                page.html(
                    String.format(
                        Locale.ROOT,
                        "<tr><td>%s</td><td>%d</td><td>%.3f</td><td>%.3f</td><td>%.1f</td></tr>",
                        Format.escape(group.getFirst().adapter()),
                        group.getFirst().batchSize(),
                        mean(group, TestTimeRecord::meanLoss),
                        mean(group, TestTimeRecord::meanEntropy),
                        100 * mean(group, TestTimeRecord::ece))));
    page.html("</tbody></table>");
  }

  private static double mean(List<TestTimeRecord> records, ToDoubleFunction<TestTimeRecord> value) {
    return records.stream().mapToDouble(value).average().orElse(Double.NaN);
  }
}
