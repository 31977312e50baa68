package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Format;
import dev.tributary.scenarios.report.RunView;
import dev.tributary.scenarios.report.Stat;
import java.util.ArrayList;
import java.util.List;

/**
 * Final results as tables on the console; accuracies in percent, on test splits. Where none was
 * evaluated, as when settings are looked for, the mean is that of validation splits and says so.
 */
public final class Results {
  private Results() {}

  /** One run that has just ended: a column per domain. */
  public static void print(RunSummary run, Console console) {
    print(run, Format.plural(run.rounds(), "round"), console);
  }

  /** One run from its directory, which may be interrupted. */
  public static void print(RunView run, Console console) {
    print(run.summary(), run.progress(), console);
  }

  private static void print(RunSummary run, String progress, Console console) {
    boolean tested = !Double.isNaN(run.meanAccuracy());
    List<String> heads = new ArrayList<>(List.of(head(tested)));
    List<String> cells =
        new ArrayList<>(List.of(run.label().isEmpty() ? run.methods() : run.label()));
    run.domainAccuracy()
        .forEach(
            (domain, accuracy) -> {
              heads.add(domain);
              cells.add(Format.percent(accuracy));
            });
    heads.add("mean");
    cells.add(Format.percent(tested ? run.meanAccuracy() : run.validationAccuracy()));
    new Table(1, heads).row(cells).lines().forEach(console::result);
    ChangeResults.print(run, console);
    console.result(
        "%s in %s, %s samples/s, %s up%s, %s down; weights %.12s"
            .formatted(
                progress,
                Format.seconds(run.seconds()),
                Format.count(run.samplesPerSecond()),
                Format.bytes(run.bytesUp()),
                share(run),
                Format.bytes(run.bytesDown()),
                run.weightsSha256()));
  }

  /**
   * Methods side by side, with deviations where there are several seeds; the best complete one is
   * marked.
   */
  public static void print(Comparison comparison, Console console) {
    boolean tested =
        comparison.methods().stream().anyMatch(m -> !Double.isNaN(m.meanAccuracy().mean()));
    List<String> heads = new ArrayList<>(List.of(head(tested)));
    heads.addAll(comparison.domains());
    heads.addAll(List.of("mean", "time", "seeds"));
    Table table = new Table(1, heads);
    double best = comparison.best(method -> mean(method, tested));
    for (Comparison.Method method : comparison.methods()) {
      List<String> cells = new ArrayList<>(List.of(method.title()));
      for (String domain : comparison.domains()) {
        cells.add(stat(method.domainAccuracy().getOrDefault(domain, Stat.of(List.of()))));
      }
      Stat mean = mean(method, tested);
      boolean mark = method.complete() && mean.mean() == best;
      cells.add((mark ? "* " : "") + stat(mean));
      cells.add(Format.seconds(method.seconds().mean()));
      cells.add(Integer.toString(method.seeds().size()));
      table.row(cells);
    }
    table.lines().forEach(console::result);
    ChangeResults.print(comparison, console);
  }

  /** What deltas that are shorter than float32 save; nothing where they are not. */
  private static String share(RunSummary run) {
    double share = run.upShareOfFp32();
    return share < 1 ? " (%s %% of fp32)".formatted(Format.percent(share)) : "";
  }

  private static String head(boolean tested) {
    return tested ? "accuracy, %" : "validation, %";
  }

  private static Stat mean(Comparison.Method method, boolean tested) {
    return tested ? method.meanAccuracy() : method.validationAccuracy();
  }

  /** A mean in percent, with its deviation where there is one. */
  static String stat(Stat stat) {
    return stat.n() > 1
        ? Format.percent(stat.mean()) + " ± " + Format.percent(stat.deviation())
        : Format.percent(stat.mean());
  }
}
