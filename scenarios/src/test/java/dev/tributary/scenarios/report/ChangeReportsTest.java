package dev.tributary.scenarios.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.files.Durability;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.JsonRecords;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.Samples;
import dev.tributary.scenarios.output.StreamRecord;
import dev.tributary.scenarios.output.TaskMetrics;
import dev.tributary.scenarios.output.TestTimeLog;
import dev.tributary.scenarios.output.TestTimeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reports and comparisons say of learning over time and of test time. */
class ChangeReportsTest {
  @TempDir private Path folder;

  /** Of ten examples a task. */
  private static StreamRecord on(int task, long first, long second) {
    return new StreamRecord(
        task,
        List.of(
            new TaskMetrics(0, 10, first, first, 1), new TaskMetrics(1, 10, second, second, 1)));
  }

  private static TestTimeRecord tested(
      String adapter, int batch, String shift, int severity, long correct) {
    return new TestTimeRecord(
        adapter, batch, "per-shift", shift, severity, 100, correct, 1.5, 0.75, 0.125);
  }

  private static Map<String, Object> fields(RunSummary summary) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Json.object(Json.line(summary)).forEach((key, value) -> fields.put(String.valueOf(key), value));
    return fields;
  }

  private static RunSummary summary(String method, long seed, double last) {
    Map<String, Object> fields = fields(Samples.summary(method, seed, 0.5));
    fields.put("continual", Map.of("finalAccuracy", last, "taskAware.finalAccuracy", 0.95));
    fields.put("accuracyMatrix", List.of(List.of(0.85, 0.15), List.of(0.3, last)));
    fields.put("testTime", Map.of("tent@16", last / 2));
    return JsonRecords.read(RunSummary.class, fields);
  }

  private Path run(RunSummary summary, List<RoundRecord> rounds, List<TestTimeRecord> tested) {
    Path path = folder.resolve(summary.label());
    try (RunDirectory run = RunDirectory.create(path);
        MetricsLog log = MetricsLog.open(run.file(RunFiles.METRICS), 0)) {
      rounds.forEach(round -> log.append(round, Durability.NOW));
      AtomicFiles.write(
          run.file(RunFiles.SCENARIO),
          "name = x, model.normalization = group, stream.kind = blurry\n");
      AtomicFiles.write(run.file(RunFiles.SUMMARY), Json.pretty(summary));
      AtomicFiles.write(
          run.file(RunFiles.ENVIRONMENT),
          Json.pretty(Environment.here(folder, Instant.EPOCH, Map.of(), List.of())));
      TestTimeLog.write(run.file(RunFiles.TEST_TIME), tested);
    }
    return path;
  }

  private Path changing() {
    return run(
        summary("er", 1, 0.8),
        List.of(
            Samples.round(1, Map.of("a", on(0, 8, 2), "b<", on(0, 9, 1))),
            Samples.round(2, Map.of("a", on(1, 4, 9), "b<", on(1, 2, 7)))),
        List.of(
            tested("source", 16, "clean", 0, 90),
            tested("tent", 16, "clean", 0, 80),
            tested("source", 16, "jpeg_compression", 5, 40),
            tested("tent", 16, "jpeg_compression", 5, 64),
            tested("source", 16, "fog", 5, 50),
            tested("tent", 16, "fog", 5, 60),
            tested("source", 16, "unseen p&n", 0, 70),
            tested("tent", 16, "unseen p&n", 0, 71)));
  }

  @Test
  void aPageShowsWhatWasKnownWhen() throws IOException {
    String html = Files.readString(Reports.write(RunView.read(changing())));
    assertThat(html)
        .contains("<h2>What was known when</h2>", "aria-label=\"accuracy matrix\"", "after task 1")
        .contains("<td>Final accuracy</td><td>80.0</td><td>95.0</td>")
        // What the summary has no figure for has no row.
        .doesNotContain("<td>Forgetting</td>")
        .contains("<h2>Forgetting</h2>")
        // Task 0 over both clients: (8 + 9) of 20, then (4 + 2) of 20.
        .contains("task 0, round 1: 85.0", "task 0, round 2: 30.0", "task 1, round 2: 80.0")
        // A task that nobody has had yet has no point.
        .doesNotContain("task 1, round 1")
        .contains("<h2>Client by client</h2>")
        // Of a: final (4 + 9) of 20, learning (8 + 9) of 20, forgetting (8 - 4) of 10.
        .contains("<td>a</td><td>65.0</td><td>85.0</td><td>40.0</td>")
        .contains("<td>b&lt;</td><td>45.0</td><td>80.0</td><td>70.0</td>");
  }

  @Test
  void headlineAndRowsNameBothMethods() throws IOException {
    RunView run = streamed("run", "er-ace", "lite-cnn", 0.7);
    assertThat(Files.readString(Reports.write(run)))
        .contains("<b>fedavg + er-ace</b> trained <b>lite-cnn</b> (normalisation <b>group</b>)")
        .contains("on a <b>blurry</b> stream with seed <b>1</b>");
    // A sweep's own name for a method stays.
    assertThat(Comparison.of(List.of(run)).methods().getFirst().name()).isEqualTo("run");
    Map<String, Object> fields = fields(run.summary());
    fields.put("method", "fedavg");
    RunView unnamed =
        RunView.read(
            run(
                JsonRecords.read(RunSummary.class, labelled(fields, "unnamed")),
                List.of(Samples.round(1)),
                List.of()));
    assertThat(Comparison.of(List.of(unnamed)).methods().getFirst().name())
        .isEqualTo("fedavg + er-ace");
  }

  private static Map<String, Object> labelled(Map<String, Object> fields, String label) {
    fields.put("label", label);
    return fields;
  }

  @Test
  void aPageShowsTestTime() throws IOException {
    String html = Files.readString(Reports.write(RunView.read(changing())));
    assertThat(html)
        .contains("<h2>At test time</h2>", "per shift", "the server's mean model")
        .contains("<th>Batches of 16</th><th>source</th><th>tent</th>")
        .contains("<td>clean</td><td><b>90.0</b></td><td>80.0</td>")
        .contains("<td>jpeg compression, severity 5</td><td>40.0</td><td><b>64.0</b></td>")
        .contains("<td>unseen p&amp;n</td><td>70.0</td><td><b>71.0</b></td>")
        // Means over corruptions alone: (40 + 50) / 2 and (64 + 60) / 2.
        .contains("<title>45.0 %</title>", "<title>62.0 %</title>")
        .contains("<td>tent</td><td>16</td><td>1.500</td><td>0.750</td><td>12.5</td>")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void comparisonsHaveTheFiguresOverSeeds() {
    List<RunView> runs = new ArrayList<>();
    runs.add(RunView.read(run(summary("er", 1, 0.8), List.of(Samples.round(1)), List.of())));
    runs.add(RunView.read(run(summary("er", 2, 0.6), List.of(Samples.round(1)), List.of())));
    Comparison.Method er = Comparison.of(runs).methods().getFirst();
    Stat last = Objects.requireNonNull(er.continual().get("finalAccuracy"));
    assertThat(last.mean()).isEqualTo(0.7, offset(1e-12));
    assertThat(last.n()).isEqualTo(2);
    Stat tent = Objects.requireNonNull(er.testTime().get("tent@16"));
    assertThat(tent.mean()).isEqualTo(0.35, offset(1e-12));
  }

  private RunView streamed(String label, String strategy, String model, double learning) {
    Map<String, Object> fields = fields(summary(label, 1, 0.5));
    fields.put("label", label);
    fields.put("algorithm", "fedavg");
    fields.put("strategy", strategy);
    fields.put("model", model);
    fields.put("continual", Map.of("learningAccuracy", learning));
    RunSummary summary = JsonRecords.read(RunSummary.class, fields);
    return RunView.read(run(summary, List.of(Samples.round(1)), List.of()));
  }

  private static Map<String, Stat> figures(Comparison comparison, String method) {
    return comparison.methods().stream()
        .filter(m -> m.name().equals(method))
        .findFirst()
        .orElseThrow()
        .continual();
  }

  /** 0.9 of joint training less 0.7; another model's joint training says nothing. */
  @Test
  void intransigenceIsAgainstTheOneJointTrainingOfTheSameKind() {
    RunView er = streamed("er", "er", "lite-cnn", 0.7);
    RunView bound = streamed("bound", "joint", "lite-cnn", 0.9);
    RunView other = streamed("other", "joint", "resnet-18", 0.99);
    Stat stat =
        Objects.requireNonNull(
            figures(Comparison.of(List.of(other, er, bound)), "er").get("intransigence"));
    assertThat(stat.mean()).isEqualTo(0.2, offset(1e-12));
    assertThat(figures(Comparison.of(List.of(other, er)), "er")).doesNotContainKey("intransigence");
    RunView second = streamed("second", "joint", "lite-cnn", 0.8);
    assertThat(figures(Comparison.of(List.of(er, bound, second)), "er"))
        .as("two could be meant")
        .doesNotContainKey("intransigence");
  }

  /** Runs from before there were streams and test time. */
  @Test
  void oldDirectoriesCanBeRead() throws IOException {
    Path path = changing();
    Files.delete(path.resolve(RunFiles.TEST_TIME));
    cut(path.resolve(RunFiles.SUMMARY), "strategy", "continual", "accuracyMatrix", "testTime");
    Path metrics = path.resolve(RunFiles.METRICS);
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(metrics)) {
      lines.add(without(line, "streams"));
    }
    Files.write(metrics, lines);

    RunView run = RunView.read(path);
    assertThat(run.summary().strategy()).isEmpty();
    assertThat(run.summary().continual()).isEmpty();
    assertThat(run.summary().accuracyMatrix()).isEmpty();
    assertThat(run.summary().testTime()).isEmpty();
    assertThat(run.rounds()).hasSize(2).allSatisfy(r -> assertThat(r.streams()).isEmpty());
    assertThat(run.testTime()).isEmpty();
    assertThat(Files.readString(Reports.write(run)))
        .contains("print, round 2: 52.0")
        .doesNotContain("What was known when", "Client by client", "At test time");
  }

  @Test
  void aMessageOnASummaryNamesTheKeyAndNoClass() throws IOException {
    Path path = changing();
    cut(path.resolve(RunFiles.SUMMARY), "seed");
    assertThatThrownBy(() -> RunView.read(path))
        .isInstanceOf(Failure.class)
        .hasMessage("cannot read " + path.resolve("summary.json") + ": it has no \"seed\"");
  }

  private static void cut(Path file, String... keys) throws IOException {
    Files.writeString(file, without(Files.readString(file), keys));
  }

  private static String without(String json, String... keys) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Json.object(json).forEach((key, value) -> fields.put(String.valueOf(key), value));
    for (String key : keys) {
      assertThat(fields.remove(key)).as(key).isNotNull();
    }
    return Json.line(fields);
  }
}
