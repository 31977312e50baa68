package dev.tributary.scenarios.run;

import dev.tributary.algorithms.AlgorithmCatalog;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.datasets.stream.StreamOptions;
import dev.tributary.engine.hash.Sha256;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.scenarios.config.HoconSettings;
import dev.tributary.server.ServerOptions;

/**
 * Everything a scenario file says about one run, read and checked.
 *
 * @param name the scenario's name, the first part of the run directory's
 * @param seed the root of all randomness
 * @param data which data, how divided
 * @param stream how each learner's data change over time
 * @param model which model
 * @param algorithm the method with its settings
 * @param local epochs, batch size, optimiser
 * @param server rounds, cohort, evaluation
 * @param engine kernels and threads
 * @param resolved the scenario as text with every value in place, fit to be run again
 * @param sha256 of what the text means, whatever its comments say
 */
public record Scenario(
    String name,
    long seed,
    DataOptions data,
    StreamOptions stream,
    ModelOptions model,
    FederatedAlgorithm algorithm,
    LocalOptions local,
    ServerOptions server,
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
    StreamOptions stream = StreamOptions.from(settings.section("stream"));
    ModelOptions model = ModelOptions.from(settings.section("model"));
    FederatedAlgorithm algorithm = AlgorithmCatalog.create(settings.section("algorithm"));
    LocalOptions local = LocalOptions.from(federation);
    ServerOptions server = ServerOptions.from(federation, settings.section("evaluation"));
    Engine engine = Engine.from(settings.section("engine"));
    settings.requireNoUnknownKeys();
    String resolved = settings.resolved();
    return new Scenario(
        name,
        (long) seed,
        data,
        stream,
        model,
        algorithm,
        local,
        server,
        engine,
        resolved,
        hash(resolved));
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
                .map(line -> line.replaceFirst("\\s*#.*$", "").strip())
                .filter(line -> !line.isEmpty())
                .toList());
    return Sha256.hex(meaning);
  }
}
