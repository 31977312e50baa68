package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Format;
import dev.tributary.scenarios.report.Stat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tables of learning over time and of test time on the console, in percent. What no run has gives
 * no table, a figure that is no number anywhere gives no column.
 */
final class ChangeResults {
  private static final Map<String, String> FIGURES = figures();
  private static final String TASK_AWARE = "taskAware.";

  private ChangeResults() {}

  private static Map<String, String> figures() {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("finalAccuracy", "final");
    figures.put("learningAccuracy", "learning");
    figures.put("forgetting", "forgetting");
    return figures;
  }

  /** One run: figures by what its predictions are among, adapters by batch size. */
  static void print(RunSummary run, Console console) {
    Map<String, Map<String, String>> overTime = new LinkedHashMap<>();
    overTime.put("among all classes", overTime(run.continual(), ""));
    overTime.put("among the task's", overTime(run.continual(), TASK_AWARE));
    print("accuracy over time, %", overTime, console);
    Map<String, Map<String, String>> testTime = new LinkedHashMap<>();
    run.testTime()
        .forEach(
            (key, accuracy) -> {
              // The key is ADAPTER@BATCH.
              int at = key.lastIndexOf('@');
              testTime
                  .computeIfAbsent(key.substring(0, at), _ -> new LinkedHashMap<>())
                  .put("batch " + key.substring(at + 1), Format.percent(accuracy));
            });
    print("corrupted images, %", testTime, console);
  }

  private static Map<String, String> overTime(Map<String, Double> continual, String prefix) {
    Map<String, String> cells = new LinkedHashMap<>();
    FIGURES.forEach(
        (key, name) -> {
          double value = continual.getOrDefault(prefix + key, Double.NaN);
          if (!Double.isNaN(value)) {
            cells.put(name, Format.percent(value));
          }
        });
    return cells;
  }

  /** Methods side by side: figures among all classes, and a row per adapter and batch size. */
  static void print(Comparison comparison, Console console) {
    Map<String, Map<String, String>> overTime = new LinkedHashMap<>();
    Map<String, Map<String, String>> testTime = new LinkedHashMap<>();
    for (Comparison.Method method : comparison.methods()) {
      Map<String, String> figures = new LinkedHashMap<>();
      FIGURES.forEach(
          (key, name) -> {
            Stat stat = method.continual().getOrDefault(key, Stat.of(List.of()));
            if (stat.n() > 0) {
              figures.put(name, Results.stat(stat));
            }
          });
      overTime.put(method.title(), figures);
      method
          .testTime()
          .forEach(
              (key, stat) ->
                  testTime
                      .computeIfAbsent(key.replace("@", ", batch "), _ -> new LinkedHashMap<>())
                      .put(method.title(), Results.stat(stat)));
    }
    print("accuracy over time, %", overTime, console);
    print("corrupted images, %", testTime, console);
  }

  /** A table after an empty line, without rows that have no cell; nothing without any row. */
  private static void print(String head, Map<String, Map<String, String>> rows, Console console) {
    Set<String> columns = new LinkedHashSet<>();
    rows.values().forEach(row -> columns.addAll(row.keySet()));
    if (columns.isEmpty()) {
      return;
    }
    List<String> heads = new ArrayList<>(List.of(head));
    heads.addAll(columns);
    Table table = new Table(1, heads);
    rows.forEach(
        (name, row) -> {
          if (!row.isEmpty()) {
            List<String> cells = new ArrayList<>(List.of(name));
            columns.forEach(column -> cells.add(row.getOrDefault(column, "–")));
            table.row(cells);
          }
        });
    console.result("");
    table.lines().forEach(console::result);
  }
}
