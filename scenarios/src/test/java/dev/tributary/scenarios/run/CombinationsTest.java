package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.scenarios.config.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What does not go together is refused before anything is trained, with the reason and a way out.
 */
class CombinationsTest {
  private static final String DATA =
      "data { samples-per-client = 20, validation-per-domain = 10, test-per-domain = 10 }\n";
  private static final String STREAM = "stream.kind = class-incremental\n";

  @TempDir private Path folder;

  private Experiment build(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("s.conf"), DATA + text);
    ScenarioFile scenario = ScenarioFile.load(file, List.of());
    return Experiment.build(
        Scenario.from(scenario.settings(scenario.sweep().cells().getFirst())),
        new DataDirectory(folder, "test"));
  }

  static List<Arguments> refusals() {
    String[] meaning = {"test-time must be absent", "changes what images or labels mean"};
    String[] domains = {
      "data.hold-out must name some but not all of the domains print, pen, texture, house, low-res"
    };
    return List.of(
        // What is told only by tasks, where there are none.
        of("model.normalization = adab2n", "model.normalization must be", "set stream.kind"),
        of(
            STREAM + "adab2n.lambda = 1",
            "adab2n must be absent unless model.normalization = adab2n"),
        of("continual = naive", "continual must be absent without a stream", "set stream.kind"),
        of("continual { buffer = 3 }", "continual must be absent without a stream"),
        of(
            STREAM + "federation.rounds = 3",
            "federation.rounds must be absent with a stream",
            "stream.rounds-per-task"),
        of(STREAM + "stream.rounds-per-task = 0", "stream.rounds-per-task", ">= 1", "got 0"),
        of(STREAM + "stream.pace = 1", "stream.pace", "[0, 1)", "got 1"),
        // Codes where they cannot be.
        of(
            "federation.encoding = int6",
            "federation.encoding must be fp32 or fp16",
            "delta-encoding is about deltas",
            "got int6"),
        of("federation.delta-encoding = int5", "federation.delta-encoding", "int4", "got int5"),
        of(
            "federation.error-feedback = true",
            "federation.error-feedback must be false unless",
            "delta-encoding is int8, int6 or int4"),
        of(
            "federation { delta-encoding = fp16, error-feedback = true }",
            "federation.error-feedback must be false unless"),
        of(
            "precision { name = shiftquant, normalization = integer }",
            "precision.normalization must be fp32 without model.normalization = l1-batch",
            "got integer"),
        // Clients that would miss the borders of tasks.
        of(
            STREAM + "continual.name = lwf, federation.clients-per-round = 2",
            "continual.name = lwf needs every client",
            "clients-per-round = 2 of 5 clients",
            "set clients-per-round = 0"),
        of(STREAM + "continual.name = ewc, federation.quorum = 0.5", "quorum = 0.5"),
        of(
            STREAM + "plasticity.name = shrink-perturb, federation.clients-per-round = 4",
            "plasticity.name = shrink-perturb needs every client"),
        // Rounds that would have no example.
        of(
            STREAM + "stream { pass = once, rounds-per-task = 9 }",
            "the 9 rounds of task 0 share its examples, but client",
            "lower stream.rounds-per-task"),
        // Keys of another source of data.
        of(
            "data.source = svhn",
            "data.samples-per-client must be absent with data.source = svhn",
            "train-samples",
            "--set data.samples-per-client=null"),
        of(
            "data { source = svhn, samples-per-client = null }",
            "data.validation-per-domain must be absent with data.source = svhn"),
        // More than there is.
        of("federation.clients-per-round = 6", "clients-per-round must be at most 5", "got 6"),
        of("federation.batch-size = 100000", "batch-size must be at most 7133", "[3, 28, 28]"),
        of("engine.threads-per-worker = 100000", "threads-per-worker", "from 1 to 1024"),
        // Images that are too small.
        of("model.name = alexnet", "model.name = alexnet cannot be built", "larger input"),
        of("data.samples-per-client = 200000", "data.samples-per-client", "from 1 to 150000"),
        // Data that a client would not have.
        of(
            "stream.kind = domain-incremental",
            "domain-incremental takes a client through all domains",
            "set data.split = iid"),
        of(
            STREAM + "data { split = shards, shards-per-client = 1, clients = 10 }",
            "has no training examples of task",
            "data.split"),
        of("data.hold-out = [nowhere]", domains),
        of("data.hold-out = [print, pen, house, texture, low-res]", domains),
        // Nothing that the trained model could meet.
        of("stream.kind = permuted, test-time.adapters = [source]", meaning),
        of("stream.kind = rotated, test-time.adapters = [source]", meaning),
        of("stream.kind = label-drift, test-time.adapters = [source]", meaning),
        of("stream.kind = random-labels, test-time.adapters = [source]", meaning),
        of(
            "data = null, data { source = noise, clients = 2 }, test-time.adapters = [source]",
            "test-time must be absent with data.source = noise",
            "choose another source"),
        // Methods that the model is not made for.
        of(
            "plasticity = nap, model.normalization = none",
            "normalisation before every nonlinearity",
            "model.normalization = layer"),
        of(
            "plasticity { name = nap, every = 10 }, model.normalization = batch",
            "nap must project after every step where running statistics",
            "set plasticity.every = 1"),
        of("plasticity = nap, algorithm = fedwon, model.name = mlp", "plasticity nap must have"),
        of("plasticity = nap, model.name = logistic", "has none", "choose a model with hidden"));
  }

  static List<Arguments> badLists() {
    return List.of(
        of("adapters = [tent, source, tent]", "test-time.adapters", "each method once", "got tent"),
        of(
            "adapters = [eata]",
            "test-time.adapters must be a list of source, bn-adapt",
            "got eata"),
        of("batch-sizes = [200, 0]", "test-time.batch-sizes", "[1, 100000]", "got 0"),
        of("batch-sizes = [many]", "test-time.batch-sizes", "whole numbers", "got many"),
        of("batch-sizes = []", "test-time.batch-sizes", "at least one number"),
        of("batch-sizes = [8, 8]", "test-time.batch-sizes", "each number once", "got 8"),
        of("severities = [6]", "test-time.severities", "[1, 5]", "got 6"),
        of("severities = [1.5]", "test-time.severities", "whole numbers", "got 1.5"),
        of("corruptions = [fog, mist]", "test-time.corruptions", "unknown corruption mist", "snow"),
        of("corruptions = [benchmark, fog]", "test-time.corruptions", "got benchmark"),
        of("corruptions = [fog, fog]", "test-time.corruptions", "each once", "got fog"),
        of("examples = -1", "test-time.examples", "0 for all", "got -1"),
        of("reset = sometimes", "test-time.reset", "never, per-shift, per-batch", "sometimes"),
        of("order = random", "test-time.order", "separate, mixed", "random"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rounds-per-task = 2", "pass = once", "pace = 1"})
  void withoutAStreamItsKeysHaveNoMeaning(String key) {
    assertThatThrownBy(() -> build("stream { " + key + " }"))
        .hasMessageContaining("stream." + key.replaceFirst(" .*", ""));
  }

  /** A method that is not asked for has no settings. */
  @Test
  void settingsOfAnAbsentAdapterAreUnknown() {
    assertThatThrownBy(
            () -> build("test-time { adapters = [source], alpha-bn.source-weight = 0.5 }"))
        .hasMessageContaining("unknown key test-time.alpha-bn");
  }

  private static Arguments of(String text, String... parts) {
    return Arguments.of(text, parts);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatDoesNotGoTogetherIsRefused(String text, String[] parts) {
    assertThatThrownBy(() -> build(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @MethodSource("badLists")
  void listsOfTestTimeAreChecked(String text, String[] parts) {
    assertThatThrownBy(() -> build("test-time { adapters = [source] }\ntest-time { " + text + " }"))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bn-adapt", "alpha-bn", "tent", "core"})
  void adaptationNeedsStatisticsThatRun(String adapter) throws IOException {
    String text = "algorithm = fedwon, test-time.adapters = [source, " + adapter + "]";
    assertThatThrownBy(() -> build(text))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(
            "no layer with running statistics", "model.normalization = batch", "(source)");
    assertThatCode(() -> build("algorithm = fedwon, test-time.adapters = [source]"))
        .doesNotThrowAnyException();
    assertThatCode(() -> build(text + ", model.normalization = batch")).doesNotThrowAnyException();
  }

  @Test
  void heldOutDomainsHaveNoClient() throws IOException {
    Experiment experiment = build("data.hold-out = [pen, texture]");
    assertThat(experiment.data().clients().values())
        .extracting(client -> client.domain())
        .containsExactlyInAnyOrder("print", "house", "low-res");
    assertThat(experiment.testTime().unseen())
        .extracting(domain -> domain.id())
        .containsExactlyInAnyOrder("pen", "texture");
  }

  /** Two tasks of five classes, two rounds each: four rounds, and each split by task. */
  @Test
  void aStreamSaysHowManyRoundsThereAreAndWhatIsEvaluated() throws IOException {
    Experiment experiment =
        build("stream { kind = class-incremental, tasks = 2, rounds-per-task = 2 }");
    assertThat(experiment.server().rounds()).isEqualTo(4);
    assertThat(experiment.server().splits())
        .containsExactlyInAnyOrder("validation/000", "validation/001", "test/000", "test/001");
    Experiment without = build("federation.rounds = 3");
    assertThat(without.server().rounds()).isEqualTo(3);
    assertThat(without.server().splits()).containsExactlyInAnyOrder("validation", "test");
    assertThat(without.data().clients().values()).allSatisfy(c -> assertThat(c.stream()).isEmpty());
  }
}
