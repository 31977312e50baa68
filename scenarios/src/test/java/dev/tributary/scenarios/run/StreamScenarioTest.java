package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.stream.StreamKind;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.cli.ClassCounts;
import dev.tributary.scenarios.cli.Requests;
import dev.tributary.scenarios.cli.SilentConsole;
import dev.tributary.scenarios.config.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamScenarioTest {
  private static final String GLYPHS =
      "data { samples-per-client = 40, validation-per-domain = 10, test-per-domain = 10 }\n";

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("s.conf"), text);
  }

  private static Scenario read(Path file) {
    ScenarioFile scenario = ScenarioFile.load(file, List.of());
    return Scenario.from(scenario.settings(scenario.sweep().cells().getFirst()));
  }

  private ClassCounts preview(String text) throws IOException {
    return new TributaryBackend()
        .preview(
            new Requests.Preview(
                file(text), List.of(), Optional.of(folder), Optional.of(folder), Optional.empty()),
            new SilentConsole());
  }

  @Test
  void withoutTheSectionThereIsNoStream() throws IOException {
    assertThat(read(file("name = x")).stream().options().kind()).isEqualTo(StreamKind.NONE);
  }

  /** What a run writes down must give the same run again, so it has no key that the kind lacks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "class-incremental",
        "task-incremental",
        "domain-incremental",
        "blurry",
        "recurring",
        "label-drift",
        "random-labels",
        "permuted",
        "rotated"
      })
  void theResolvedScenarioReadsBack(String kind) throws IOException {
    Scenario scenario = read(file("stream { kind = " + kind + " }"));
    Scenario again = read(file(scenario.resolved()));
    assertThat(again.stream()).isEqualTo(scenario.stream());
    assertThat(again.sha256()).isEqualTo(scenario.sha256());
  }

  @Test
  void mistakesNameTheirPlace() throws IOException {
    Path bad = file("stream {\n  kind = blurry\n  blur = 1.5\n}");
    assertThatThrownBy(() -> read(bad))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("stream.blur must be in [0, 1)", "1.5", "s.conf:3");
    Path unknown = file("stream { kind = blurry, blurr = 0.1 }");
    assertThatThrownBy(() -> read(unknown)).hasMessageContainingAll("stream.blurr", "blur");
  }

  /** Five drawn domains of 40 images are 200, pooled; a task has two of ten classes. */
  @Test
  void previewCountsTasksAndDrawsThem() throws IOException {
    ClassCounts counts =
        preview(GLYPHS + "stream { kind = class-incremental, class-order = natural }");
    assertThat(counts.each()).isEqualTo("task");
    assertThat(counts.rows().keySet())
        .containsExactly(
            "0 classes 0 1", "1 classes 2 3", "2 classes 4 5", "3 classes 6 7", "4 classes 8 9");
    assertThat(counts.rows().values().stream().mapToInt(row -> Arrays.stream(row).sum()).sum())
        .isEqualTo(200);
    assertThat(folder.resolve("stream.png")).isNotEmptyFile();
  }

  @Test
  void previewWithoutAStreamCountsClients() throws IOException {
    assertThat(preview(GLYPHS).each()).isEqualTo("client");
    assertThat(folder.resolve("stream.png")).doesNotExist();
  }

  @Test
  void noiseHasNoStream() {
    assertThatThrownBy(
            () -> preview("data { source = noise, clients = 2 }\nstream.kind = permuted"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(ExitCode.SCENARIO_INVALID))
        .hasMessageContainingAll("stream.kind must be none", "data.source = noise");
  }
}
