package dev.tributary.scenarios.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Stat NONE = Stat.of(List.of());

  private static Comparison.Method method(String name, Stat test, Stat validation) {
    return new Comparison.Method(
        name,
        "fedavg",
        "mlp",
        List.of(1L),
        List.of(name),
        3,
        true,
        test,
        Map.of(),
        Map.of(),
        Map.of(),
        validation,
        Stat.of(List.of(2.0)),
        NONE,
        NONE,
        NONE,
        NONE);
  }

  private static List<String> printed(Comparison.Method... methods) {
    List<String> lines = new ArrayList<>();
    Console console =
        new Console() {
          @Override
          public void result(String line) {
            lines.add(line);
          }

          @Override
          public void note(String line) {}

          @Override
          public void progress(Progress progress) {}

          @Override
          public boolean colored() {
            return false;
          }
        };
    Results.print(new Comparison(1, List.of(), List.of(methods)), console);
    return lines;
  }

  @Test
  void theMeanIsThatOfTestImages() {
    List<String> lines =
        printed(
            method("a", Stat.of(List.of(0.5)), Stat.of(List.of(0.9))),
            method("b", Stat.of(List.of(0.6)), Stat.of(List.of(0.8))));
    assertThat(lines.getFirst()).startsWith("accuracy, %");
    assertThat(lines.get(2)).contains("50.0");
    assertThat(lines.get(3)).contains("* 60.0");
  }

  @Test
  void withoutTestImagesItIsThatOfValidationAndSaysSo() {
    List<String> lines =
        printed(method("a", NONE, Stat.of(List.of(0.9))), method("b", NONE, Stat.of(List.of(0.8))));
    assertThat(lines.getFirst()).startsWith("validation, %");
    assertThat(lines.get(2)).contains("* 90.0");
    assertThat(lines.get(3)).contains("80.0").doesNotContain("*");
  }
}
