package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Format;
import dev.tributary.scenarios.report.Stat;
import java.util.ArrayList;
import java.util.List;

/** Final results as tables on the console; accuracies in percent. */
public final class Results {
  private Results() {}

  /** One run: a column per domain. */
  public static void print(RunSummary run, Console console) {
    List<String> heads = new ArrayList<>(List.of("accuracy, %"));
    List<String> cells =
        new ArrayList<>(List.of(run.label().isEmpty() ? run.algorithm() : run.label()));
    run.domainAccuracy()
        .forEach(
            (domain, accuracy) -> {
              heads.add(domain);
              cells.add(Format.percent(accuracy));
            });
    heads.add("mean");
    cells.add(Format.percent(run.meanAccuracy()));
    new Table(1, heads).row(cells).lines().forEach(console::result);
    console.result(
        "%d rounds in %s, %s samples/s, %s up, %s down; weights %.12s"
            .formatted(
                run.rounds(),
                Format.seconds(run.seconds()),
                Format.count(run.samplesPerSecond()),
                Format.bytes(run.bytesUp()),
                Format.bytes(run.bytesDown()),
                run.weightsSha256()));
  }

  /** Methods side by side, with deviations where there are several seeds; the best is marked. */
  public static void print(Comparison comparison, Console console) {
    List<String> heads = new ArrayList<>(List.of("accuracy, %"));
    heads.addAll(comparison.domains());
    heads.addAll(List.of("mean", "time", "seeds"));
    Table table = new Table(1, heads);
    double best =
        comparison.methods().stream()
            .mapToDouble(m -> m.meanAccuracy().mean())
            .filter(mean -> !Double.isNaN(mean))
            .max()
            .orElse(Double.NaN);
    for (Comparison.Method method : comparison.methods()) {
      List<String> cells = new ArrayList<>(List.of(method.name()));
      for (String domain : comparison.domains()) {
        cells.add(stat(method.domainAccuracy().getOrDefault(domain, Stat.of(List.of()))));
      }
      boolean mark = comparison.methods().size() > 1 && method.meanAccuracy().mean() == best;
      cells.add((mark ? "* " : "") + stat(method.meanAccuracy()));
      cells.add(Format.seconds(method.seconds().mean()));
      cells.add(Integer.toString(method.seeds().size()));
      table.row(cells);
    }
    table.lines().forEach(console::result);
  }

  private static String stat(Stat stat) {
    return stat.n() > 1
        ? Format.percent(stat.mean()) + " ± " + Format.percent(stat.deviation())
        : Format.percent(stat.mean());
  }
}
