package dev.tributary.scenarios.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.JsonRecords;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.Samples;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Stat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Stat NONE = Stat.of(List.of());

  private static Comparison.Method method(String name, Stat test, Stat validation) {
    return method(name, "complete", test, validation, Map.of(), Map.of());
  }

  private static Comparison.Method method(
      String name,
      String state,
      Stat test,
      Stat validation,
      Map<String, Stat> continual,
      Map<String, Stat> testTime) {
    return new Comparison.Method(
        name,
        "fedavg",
        "mlp",
        List.of(1L),
        List.of(name),
        3,
        state.equals("complete"),
        state,
        test,
        Map.of(),
        continual,
        testTime,
        validation,
        Stat.of(List.of(2.0)),
        NONE,
        NONE,
        NONE,
        NONE);
  }

  private final List<String> lines = new ArrayList<>();

  private final Console console =
      new SilentConsole() {
        @Override
        public void result(String line) {
          lines.add(line);
        }
      };

  private void print(Comparison.Method... methods) {
    Results.print(new Comparison(1, List.of(), List.of(methods)), console);
  }

  @Test
  void theMeanIsThatOfTestImages() {
    print(
        method("a", Stat.of(List.of(0.5)), Stat.of(List.of(0.9))),
        method("b", Stat.of(List.of(0.6)), Stat.of(List.of(0.8))));
    assertThat(lines.getFirst()).startsWith("accuracy, %");
    assertThat(lines.get(2)).contains("50.0");
    assertThat(lines.get(3)).contains("* 60.0");
  }

  @Test
  void withoutTestImagesItIsThatOfValidationAndSaysSo() {
    print(method("a", NONE, Stat.of(List.of(0.9))), method("b", NONE, Stat.of(List.of(0.8))));
    assertThat(lines.getFirst()).startsWith("validation, %");
    assertThat(lines.get(2)).contains("* 90.0");
    assertThat(lines.get(3)).contains("80.0").doesNotContain("*");
  }

  @Test
  void whatWasInterruptedIsNamedAndHasNoMark() {
    Stat high = Stat.of(List.of(0.9));
    print(
        method("a", Stat.of(List.of(0.5)), NONE),
        method("b", Stat.of(List.of(0.4)), NONE),
        method("c", "interrupted after 2 of 30 rounds", high, NONE, Map.of(), Map.of()));
    assertThat(lines.get(2)).contains("* 50.0");
    assertThat(lines.get(4))
        .startsWith("c (interrupted after 2 of 30 rounds)")
        .contains("90.0")
        .doesNotContain("*");
  }

  @Test
  void methodsHaveTablesOfLearningOverTimeAndOfTestTime() {
    Stat test = Stat.of(List.of(0.5));
    print(
        method(
            "a",
            "complete",
            test,
            NONE,
            Map.of(
                "finalAccuracy", Stat.of(List.of(0.2, 0.4)),
                "forgetting", NONE,
                "taskAware.finalAccuracy", test),
            Map.of("tent@16", Stat.of(List.of(0.25)))),
        method("b", test, NONE));
    assertThat(lines.subList(4, lines.size()))
        .containsExactly(
            "",
            "accuracy over time, %        final",
            "──────────────────────────────────",
            "a                      30.0 ± 14.1",
            "",
            "corrupted images, %     a",
            "─────────────────────────",
            "tent, batch 16       25.0");
  }

  @Test
  void aRunHasTablesOfLearningOverTimeAndOfTestTime() {
    Map<String, Object> fields = new LinkedHashMap<>();
    Json.object(Json.line(Samples.summary("silobn", 1, 0.5)))
        .forEach((key, value) -> fields.put(String.valueOf(key), value));
    fields.put("label", "");
    fields.put("strategy", "er-ace");
    fields.put("rounds", 1L);
    fields.put("samplesPerSecond", 1414.2);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("finalAccuracy", 0.5);
    figures.put("learningAccuracy", 0.75);
    figures.put("forgetting", Double.NaN);
    figures.put("taskAware.finalAccuracy", 0.875);
    fields.put("continual", figures);
    Map<String, Object> tested = new LinkedHashMap<>();
    tested.put("source@200", 0.25);
    tested.put("source@16", 0.5);
    tested.put("tent@200", 0.375);
    fields.put("testTime", tested);
    Results.print(JsonRecords.read(RunSummary.class, fields), console);
    assertThat(lines.subList(0, lines.size() - 1))
        .containsExactly(
            "accuracy, %      print   pen  mean",
            "──────────────────────────────────",
            "silobn + er-ace   50.0  70.0  60.0",
            "",
            "accuracy over time, %  final  learning",
            "──────────────────────────────────────",
            "among all classes       50.0      75.0",
            "among the task's        87.5         –",
            "",
            "corrupted images, %  batch 200  batch 16",
            "────────────────────────────────────────",
            "source                    25.0      50.0",
            "tent                      37.5         –");
    assertThat(lines.getLast()).startsWith("1 round in 7.50 s, 1,414 samples/s, ");
  }
}
