package dev.tributary.scenarios.report;

import dev.tributary.scenarios.output.AccuracyMatrix;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.StreamRecord;
import dev.tributary.scenarios.output.TaskMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The part of a run's page that is about learning over time. */
final class StreamReport {
  private static final Map<String, String> FIGURES = figures();
  private static final String TASK_AWARE = "taskAware.";

  /** More clients than this would fill the page. */
  private static final int MOST_CLIENTS = 12;

  private final RunView run;

  StreamReport(RunView run) {
    this.run = run;
  }

  /** Names of the figures for people, in the order of the page. */
  static Map<String, String> figures() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("finalAccuracy", "Final accuracy");
    names.put("learningAccuracy", "Learning accuracy");
    names.put("forgetting", "Forgetting");
    names.put("backwardTransfer", "Backward transfer");
    names.put("forwardTransfer", "Forward transfer");
    names.put("intransigence", "Intransigence");
    return names;
  }

  /** What a figure's column is called. */
  static String heading(String key) {
    boolean aware = key.startsWith(TASK_AWARE);
    String name = aware ? key.substring(TASK_AWARE.length()) : key;
    return FIGURES.getOrDefault(name, name) + (aware ? ", aware" : "");
  }

  /** Adds the sections, if the run has streams. */
  void write(Page page) {
    RunSummary summary = run.summary();
    int tasks = summary.accuracyMatrix().size();
    if (tasks == 0) {
      return;
    }
    page.section(
        "What was known when",
        "Accuracy in percent on each task's test examples after each task, among all classes."
            + " Down a column: how a task is forgotten.");
    List<String> columns = IntStream.range(0, tasks).mapToObj(Integer::toString).toList();
    page.html(
        HeatMap.svg(
            "accuracy matrix",
            "tested on task",
            columns,
            columns.stream().map(t -> "after task " + t).toList(),
            summary.accuracyMatrix()));
    figures(page);
    curves(page, tasks);
    clients(page);
  }

  private void figures(Page page) {
    page.html(
        "<table><thead><tr><th>In percent, mean over tasks</th><th>Among all classes</th><th>Among"
            + " the task's</th></tr></thead><tbody>");
    FIGURES.forEach(
        (key, name) -> {
          if (run.summary().continual().containsKey(key)) {
            page.html(
                "<tr><td>%s</td><td>%s</td><td>%s</td></tr>"
                    .formatted(name, figure(key), figure(TASK_AWARE + key)));
          }
        });
    page.html("</tbody></table>");
    page.html(
        "<p class=\"about\">Final: after the last task. Learning: just after each task itself."
            + " Forgetting: the best before the end less the end. Backward transfer: the end less"
            + " just after the task. Forward transfer: just before the task, above chance.</p>");
  }

  private String figure(String key) {
    double value = run.summary().continual().getOrDefault(key, Double.NaN);
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.1f", 100 * value);
  }

  private void curves(Page page, int tasks) {
    List<LineChart.Series> series = new ArrayList<>();
    for (int task = 0; task < Math.min(8, tasks); task++) {
      List<LineChart.Point> points = new ArrayList<>();
      for (RoundRecord round : run.rounds()) {
        points.add(new LineChart.Point(round.round(), accuracy(round, task), 0));
      }
      series.add(new LineChart.Series("task " + task, task, points));
    }
    page.section(
        "Forgetting",
        tasks > 8
            ? "Accuracy on the first eight tasks over rounds, in percent."
            : "Accuracy on each task over rounds, in percent.");
    page.html(
        new LineChart(
                "accuracy per task over rounds",
                "accuracy, %",
                LineChart.Unit.PERCENT,
                true,
                LineChart.Size.FULL,
                series)
            .svg());
  }

  /** Over all clients that have had the task; nothing before. */
  private static double accuracy(RoundRecord round, int task) {
    long examples = 0;
    long correct = 0;
    for (StreamRecord stream : round.streams().values()) {
      for (TaskMetrics metrics : stream.tasks()) {
        if (metrics.task() == task && stream.task() >= task) {
          examples += metrics.examples();
          correct += metrics.correct();
        }
      }
    }
    return examples == 0 ? Double.NaN : (double) correct / examples;
  }

  private void clients(Page page) {
    List<String> clients = AccuracyMatrix.clients(run.rounds());
    if (clients.size() < 2) {
      return;
    }
    page.section(
        "Client by client",
        clients.size() > MOST_CLIENTS
            ? "The first %d clients, each by its own order of tasks, in percent."
                .formatted(MOST_CLIENTS)
            : "Each by its own order of tasks, in percent.");
    page.html(
        "<table><thead><tr><th>Client</th><th>Final</th><th>Learning</th><th>Forgetting</th></tr></thead><tbody>");
    for (String client : clients.subList(0, Math.min(MOST_CLIENTS, clients.size()))) {
      AccuracyMatrix matrix = AccuracyMatrix.overAllClasses(run.rounds(), client, 1);
      page.html(
          "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
              .formatted(
                  Format.escape(client),
                  Format.percent(matrix.finalAccuracy()),
                  Format.percent(matrix.learningAccuracy()),
                  Format.percent(matrix.forgetting())));
    }
    page.html("</tbody></table>");
  }
}
