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
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
  @TempDir private Path folder;

  private static ScenarioFile parse(String text, String... overrides) {
    return ScenarioFile.parse("s.conf", text, List.of(overrides));
  }

  private static List<String> labels(ScenarioFile file) {
    return file.sweep().cells().stream().map(Sweep.Cell::label).toList();
  }

  @Test
  void withoutASweepThereIsOneNamelessCell() {
    Sweep sweep = parse("seed = 1").sweep();
    assertThat(sweep.swept()).isFalse();
    assertThat(sweep.cells()).containsExactly(new Sweep.Cell("", "", java.util.Map.of()));
  }

  /** One place would win and the other's label would lie. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lr = [1, 2], arms = [{ label = a, lr = 3 }]                     | arms and sweep.lr both set lr
          algorithm = [fedbn], arms = [{ algorithm = fedavg }]            | both set algorithm,
          algorithm = [fedbn], arms = [{ algorithm { name = fedavg } }]   | both set algorithm,
          "algorithm.name" = [fedbn], arms = [{ algorithm = fedavg }]     | both set algorithm,
          algorithm = [{ name = fedprox, mu = 1 }], "algorithm.mu" = [2]  | both set algorithm.mu
          """)
  void twoListsThatSetOneKeyAreRefused(String lists, String message) {
    assertThatThrownBy(() -> parse("sweep { " + lists + " }").sweep())
        .isInstanceOf(Failure.class)
        .hasMessageContaining(message.strip());
  }

  @Test
  void aMethodOfTheArmsMayHaveSettingsOfItsOwn() {
    String arms = "[{ algorithm = fedavg }, { algorithm { name = fedprox, mu = 1 } }]";
    assertThat(labels(parse("sweep { arms = " + arms + ", seed = [1, 2] }"))).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lr=0.1                 | --set lr=... has no effect, as sweep.arms sets it too
          algorithm=fedbn        | --set algorithm=... has no effect, as sweep.arms
          algorithm.name=fedbn   | --set algorithm=... has no effect, as sweep.arms
          """)
  void aSettingThatArmsWouldOverwriteIsRefused(String override, String message) {
    ScenarioFile file = parse("sweep.arms = [{ algorithm = fedavg, lr = 0.2 }]", override.strip());
    assertThatThrownBy(file::sweep)
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll(message.strip(), "--set sweep.arms=null");
  }

  @Test
  void cellsComeInTheOrderOfTheFileTheFirstKeySlowest() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("s.conf"),
            """
            sweep { zeta = [b, a],  algorithm = [
                fedbn
                fedavg
              ],
              seed = [2, 1] }
            """);
    ScenarioFile scenario = ScenarioFile.load(file, List.of());
    assertThat(labels(scenario))
        .containsExactly(
            "b-fedbn-seed2",
            "b-fedbn-seed1",
            "b-fedavg-seed2",
            "b-fedavg-seed1",
            "a-fedbn-seed2",
            "a-fedbn-seed1",
            "a-fedavg-seed2",
            "a-fedavg-seed1");
    assertThat(scenario.sweep().cells().getFirst().method()).isEqualTo("b-fedbn");
  }

  @Test
  void wordsNameSectionsAndObjectsAreMergedIntoThem() {
    ScenarioFile file =
        parse(
            """
            algorithm { name = fedavg, weighting = equal }
            sweep { algorithm = [fedbn, { name = fedprox, mu = 0.1, label = Prox 1 }] }
            """);
    List<Sweep.Cell> cells = file.sweep().cells();
    assertThat(labels(file)).containsExactly("fedbn", "prox-1");
    HoconSettings first = file.settings(cells.get(0)).section("algorithm");
    HoconSettings second = file.settings(cells.get(1)).section("algorithm");
    assertThat(first.text("name", "")).isEqualTo("fedbn");
    assertThat(second.text("name", "")).isEqualTo("fedprox");
    assertThat(second.number("mu", 0)).isEqualTo(0.1);
    assertThat(second.text("weighting", "")).isEqualTo("equal");
    assertThat(second.has("label")).isFalse();
  }

  @Test
  void quotedAndNestedKeysMeanTheSame() {
    String expected = "lite-cnn-momentum0.9";
    assertThat(
            labels(parse("sweep { \"model.name\" = [lite-cnn], \"optimizer.momentum\" = [0.9] }")))
        .containsExactly(expected);
    assertThat(labels(parse("sweep { model.name = [lite-cnn], optimizer { momentum = [0.9] } }")))
        .containsExactly(expected);
    HoconSettings settings =
        cellSettings(parse("model.name = mlp\nsweep { \"model.name\" = [lite-cnn] }"));
    assertThat(settings.section("model").text("name", "")).isEqualTo("lite-cnn");
    assertThat(settings.unknownKeys()).isEmpty();
  }

  private static HoconSettings cellSettings(ScenarioFile file) {
    return file.settings(file.sweep().cells().getFirst());
  }

  @Test
  void commandLineCanChangeTheSweep() {
    assertThat(labels(parse("sweep { seed = [1, 2, 3] }", "sweep.seed=[7]")))
        .containsExactly("seed7");
    assertThat(labels(parse("sweep { seed = [1, 2, 3] }", "sweep=null"))).containsExactly("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sweep = 3                       | sweep must be a block of lists, such as sweep { seed = [1, 2, 3] }, got 3 (s.conf:1)
          sweep { seed = 3 }              | sweep.seed must be a list, such as [1, 2, 3], got 3 (s.conf:1)
          sweep { seed = [] }             | sweep.seed must have at least one value, got [] (s.conf:1)
          sweep { seed = [1, 1] }         | sweep.seed has two values called seed1
          sweep { seed = [[1]] }          | sweep.seed must hold words, numbers, true/false or { ... }, got [1] (s.conf:1)
          sweep { algorithm = [{mu = 1}] } | sweep.algorithm needs a name or a label in each { ... }, got {"mu":1} (s.conf:1)
          sweep { a = [x, x-y], b = [y-z, z] } | two runs of the sweep are both called
          sweep { name = ["//"] }         | which cannot name a directory
          """)
  void badSweepsAreExplained(String text, String message) {
    assertThatThrownBy(() -> parse(text).sweep())
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(ExitCode.SCENARIO_INVALID))
        .hasMessageContaining(message);
  }

  @Test
  void overrideThatTheSweepWouldUndoIsRefused() {
    assertThatThrownBy(() -> parse("sweep { seed = [1] }", "seed=4").sweep())
        .hasMessageContaining("use --set 'sweep.seed=[...]'");
  }

  @Test
  void anArmLaysSettingsFromAnywhereOverTheScenario() {
    ScenarioFile file =
        parse(
            """
            federation { rounds = 5, optimizer { name = sgd, lr = 0.01 } }
            sweep {
              arms = [
                { algorithm = fedavg, federation.optimizer.lr = 0.2 }
                { algorithm { name = fedprox, mu = 0.5 }, label = prox, federation { rounds = 7 } }
              ]
              seed = [1, 2]
            }
            """);
    assertThat(labels(file))
        .containsExactly("fedavg-seed1", "fedavg-seed2", "prox-seed1", "prox-seed2");
    HoconSettings first = file.settings(file.sweep().cells().get(1));
    assertThat(first.section("algorithm").text("name", "")).isEqualTo("fedavg");
    assertThat(first.section("federation").section("optimizer").number("lr", 0)).isEqualTo(0.2);
    assertThat(first.section("federation").section("optimizer").text("name", "")).isEqualTo("sgd");
    assertThat(first.integer("seed", 0)).isEqualTo(2);
    HoconSettings second = file.settings(file.sweep().cells().get(2));
    assertThat(second.section("algorithm").number("mu", 0)).isEqualTo(0.5);
    assertThat(second.section("federation").integer("rounds", 0)).isEqualTo(7);
    assertThat(second.section("federation").section("optimizer").number("lr", 0)).isEqualTo(0.01);
    assertThatThrownBy(() -> parse("sweep { arms = [{ seed = 3 }] }").sweep())
        .hasMessageContaining("sweep.arms")
        .hasMessageContaining("algorithm or a label");
  }
}
