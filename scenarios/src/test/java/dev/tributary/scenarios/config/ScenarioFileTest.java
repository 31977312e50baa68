package dev.tributary.scenarios.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioFileTest {
  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void includesAreReadAndKeepTheirOwnPlaces() throws IOException {
    file("base.conf", "\n\nlr = fast");
    Path main = file("main.conf", "include \"base.conf\"\nseed = 4");
    HoconSettings settings = ScenarioFile.load(main, List.of()).settings();
    assertThat(settings.integer("seed", 0)).isEqualTo(4);
    assertThatThrownBy(() -> settings.number("lr", 1))
        .hasMessageContaining("lr must be a number, got \"fast\" (")
        .hasMessageEndingWith("base.conf:3)");
  }

  @Test
  void missingFileNamesANearOne() throws IOException {
    file("quickstart.conf", "");
    assertFailure(
        folder.resolve("quikstart.conf"),
        "there is no scenario file",
        "did you mean",
        "quickstart");
  }

  @Test
  void missingIncludeIsAnError() throws IOException {
    assertFailure(file("main.conf", "include \"gone.conf\""), "cannot be read", "gone.conf");
  }

  @Test
  void includeFromTheNetworkIsRefused() throws IOException {
    assertFailure(
        file("main.conf", "include url(\"http://localhost:1/x.conf\")"), "not change with the net");
  }

  @Test
  void directoryIsRefused() {
    assertFailure(folder, "is a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a = [1", "a { b = 1", "a = ${nowhere}", "= 3"})
  void unparsableFileGivesOneLineWithTheFile(String text) throws IOException {
    Path file = file("broken.conf", text);
    assertFailure(file, "the scenario cannot be read", "broken.conf");
    assertThatThrownBy(() -> ScenarioFile.load(file, List.of())).message().doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed", "=3", "", "a=[1", "a=1, b=2"})
  void badOverrideIsAUsageError(String override) {
    assertThatThrownBy(() -> ScenarioFile.parse("x", "", List.of(override)))
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.code()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("--set ");
  }

  private static void assertFailure(Path file, String... parts) {
    assertThatThrownBy(() -> ScenarioFile.load(file, List.of()))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(ExitCode.SCENARIO_UNREADABLE))
        .message()
        .contains(parts);
  }
}
