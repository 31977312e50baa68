package dev.tributary.scenarios.run;

import dev.tributary.algorithms.AlgorithmCatalog;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.continual.AdaB2N;
import dev.tributary.algorithms.continual.ContinualCatalog;
import dev.tributary.algorithms.continual.ContinualStrategy;
import dev.tributary.algorithms.continual.Naive;
import dev.tributary.algorithms.plasticity.PlasticityCatalog;
import dev.tributary.algorithms.plasticity.PlasticityMethod;
import dev.tributary.engine.hash.Sha256;
import dev.tributary.engine.integer.Tiers;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.scenarios.config.HoconSettings;
import dev.tributary.scenarios.testtime.TestTimeOptions;
import dev.tributary.server.ServerOptions;

/**
 * Everything a scenario file says about one run, read and checked.
 *
 * @param name the scenario's name, the first part of the run directory's
 * @param seed the root of all randomness
 * @param data which data, how divided
 * @param stream how the data change over time
 * @param model which model
 * @param precision which numbers its layers multiply
 * @param algorithm the method with its settings
 * @param continual the method that learns from a stream; of no use without one
 * @param adab2n what AdaB2N's layers are told; of no use to others
 * @param plasticity what is done against the loss of plasticity
 * @param local epochs, batch size, optimiser
 * @param server rounds, cohort, evaluation
 * @param diagnostics whether layers are looked at whenever the model is evaluated
 * @param testTime what comes after training
 * @param engine kernels and threads
 * @param resolved the scenario as text with every value in place, fit to be run again
 * @param sha256 of what the text means, whatever its comments say
 */
public record Scenario(
    String name,
    long seed,
    DataOptions data,
    StreamSchedule stream,
    ModelOptions model,
    PrecisionOptions precision,
    FederatedAlgorithm algorithm,
    ContinualStrategy continual,
    AdaB2N adab2n,
    PlasticityMethod plasticity,
    LocalOptions local,
    ServerOptions server,
    boolean diagnostics,
    TestTimeOptions testTime,
    Engine engine,
    String resolved,
    String sha256) {

  /** Reads a whole scenario; an unknown key, a wrong type or a broken rule is an error. */
  public static Scenario from(HoconSettings settings) {
    String name = settings.text("name", "scenario");
    settings.require(
        name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,60}"),
        "name",
        "1 to 61 letters, digits, '.', '_' or '-', the first a letter or digit",
        name);
    double seed = settings.number("seed", 1);
    settings.require(
        seed == Math.rint(seed) && Math.abs(seed) < 0x1p53, "seed", "a whole number", seed);
    Settings federation = settings.section("federation");
    DataOptions data = DataOptions.from(settings.section("data"));
    StreamSchedule stream = StreamSchedule.from(settings.section("stream"));
    ModelOptions model = ModelOptions.from(settings.section("model"));
    PrecisionOptions precision = precision(model, settings.section("precision"));
    FederatedAlgorithm algorithm = AlgorithmCatalog.create(settings.section("algorithm"));
    ContinualStrategy continual = continual(stream, settings, federation);
    AdaB2N adab2n = adab2n(stream, model, settings);
    PlasticityMethod plasticity = PlasticityCatalog.create(settings.section("plasticity"));
    LocalOptions local = LocalOptions.from(federation);
    ServerOptions server = ServerOptions.from(federation, settings.section("evaluation"));
    boolean diagnostics =
        settings.section("evaluation").flag("diagnostics", !plasticity.id().equals("none"));
    TestTimeOptions testTime = testTime(data, stream, settings);
    Engine engine = Engine.from(settings.section("engine"));
    // Refuses a tier of integer products that this machine lacks.
    Tiers.from(settings.section("engine"), engine.kernels());
    settings.requireNoUnknownKeys();
    String resolved = settings.resolved();
    return new Scenario(
        name,
        (long) seed,
        data,
        stream,
        model,
        precision,
        algorithm,
        continual,
        adab2n,
        plasticity,
        local,
        server,
        diagnostics,
        testTime,
        engine,
        resolved,
        hash(resolved));
  }

  private static ContinualStrategy continual(
      StreamSchedule stream, Settings settings, Settings federation) {
    if (!stream.options().streams()) {
      settings.require(
          !settings.has("continual"),
          "continual",
          "absent without a stream: nothing changes over time, so there is nothing to forget; set"
              + " stream.kind",
          "a section");
      return new Naive();
    }
    federation.require(
        !federation.has("rounds"),
        "rounds",
        "absent with a stream: there are as many rounds as tasks times stream.rounds-per-task",
        "a value");
    return ContinualCatalog.create(settings.section("continual"));
  }

  private static PrecisionOptions precision(ModelOptions model, Settings section) {
    PrecisionOptions precision = PrecisionOptions.from(section);
    section.require(
        !precision.norms() || model.isNormalized(NormalizationKind.L1_BATCH),
        "normalization",
        "fp32 without model.normalization = l1-batch: no other normalisation trains on integers",
        "integer");
    return precision;
  }

  private static AdaB2N adab2n(StreamSchedule stream, ModelOptions model, Settings settings) {
    boolean used = model.isNormalized(NormalizationKind.ADAB2N);
    Settings section = settings.section("model");
    section.require(
        stream.options().streams() || !used,
        "normalization",
        "another than adab2n without a stream: it weighs the tasks that samples belong to, and"
            + " there are none; set stream.kind, or normalization = batch",
        "adab2n");
    if (!used) {
      settings.require(
          !settings.has("adab2n"),
          "adab2n",
          "absent unless model.normalization = adab2n, which it is about",
          "a section");
      return AdaB2N.PLAIN;
    }
    return AdaB2N.from(settings.section("adab2n"));
  }

  private static TestTimeOptions testTime(
      DataOptions data, StreamSchedule stream, Settings settings) {
    TestTimeOptions options = TestTimeOptions.from(settings.section("test-time"));
    settings.require(
        options.isEmpty() || data.noise().isEmpty(),
        "test-time",
        "absent with data.source = noise, which has no test images; choose another source",
        "a section");
    boolean changed =
        switch (stream.options().kind()) {
          case PERMUTED, ROTATED, LABEL_DRIFT, RANDOM_LABELS -> true;
          default -> false;
        };
    settings.require(
        options.isEmpty() || !changed,
        "test-time",
        "absent with a stream that changes what images or labels mean: there is no one set of test"
            + " images that the trained model could meet",
        "a section");
    return options;
  }

  /** The root of the run's tree of seeds. */
  public Seeds seeds() {
    return Seeds.root(seed);
  }

  private static String hash(String resolved) {
    String meaning =
        String.join(
            "\n",
            resolved
                .lines()
                .map(line -> withoutComment(line).strip())
                .filter(line -> !line.isEmpty())
                .toList());
    return Sha256.hex(meaning);
  }

  /** A line up to its first # outside quotes. */
  private static String withoutComment(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '#' && !quoted) {
        return line.substring(0, i);
      }
    }
    return line;
  }
}
