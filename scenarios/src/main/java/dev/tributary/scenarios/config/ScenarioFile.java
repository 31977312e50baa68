package dev.tributary.scenarios.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A scenario file with its overrides, read and resolved, before anything has asked for its
 * settings.
 *
 * <p>The environment plays no part: {@code ${NAME}} refers to keys of the file only, so the same
 * file means the same run everywhere.
 */
public final class ScenarioFile {
  private final Path file;
  private final Config config;
  private final Map<String, ConfigValue> overrides;

  private ScenarioFile(Path file, Config config, Map<String, ConfigValue> overrides) {
    this.file = file;
    this.config = config;
    this.overrides = overrides;
  }

  /**
   * Reads a file and lays {@code key=value} overrides over it, the later ones over the earlier.
   *
   * @throws Failure with one message that says what to do, when the file or an override cannot be
   *     read
   */
  public static ScenarioFile load(Path file, List<String> overrides) {
    requireReadable(file);
    try {
      Config config =
          ConfigFactory.parseFile(
              file.toFile(),
              ConfigParseOptions.defaults()
                  .setAllowMissing(false)
                  .setSyntax(ConfigSyntax.CONF)
                  .setIncluder(new RequiredIncludes()));
      return over(file, config, overrides);
    } catch (ConfigException e) {
      throw unreadable(file, e);
    }
  }

  /** Reads a scenario from a string, for tests and for resolved files of old runs. */
  public static ScenarioFile parse(String name, String text, List<String> overrides) {
    try {
      Config config =
          ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription(name));
      return over(Path.of(name), config, overrides);
    } catch (ConfigException e) {
      throw unreadable(Path.of(name), e);
    }
  }

  private static ScenarioFile over(Path file, Config config, List<String> overrides) {
    Config merged = config;
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    for (String override : overrides) {
      Setting setting = Setting.parse(override);
      values.put(setting.path(), setting.value());
      // Sections are told from words in the resolved view; substitutions see the overrides.
      Config view = merged.resolve(ConfigResolveOptions.noSystem());
      merged = setting.onto(view, merged);
    }
    return new ScenarioFile(file, merged.resolve(ConfigResolveOptions.noSystem()), values);
  }

  /** The file as it was named. */
  public Path file() {
    return file;
  }

  /** The grid of runs that the file's {@code sweep} block asks for; one cell without one. */
  public Sweep sweep() {
    TreeSet<String> overridden = new TreeSet<>();
    overrides.forEach((key, value) -> overridden.add(Axis.named(key, value)));
    return Sweep.of(config, overridden);
  }

  /** The settings of one cell of the sweep, with every read remembered. */
  public HoconSettings settings(Sweep.Cell cell) {
    Config merged = config.withoutPath("sweep");
    for (Map.Entry<String, ConfigValue> setting : cell.settings().entrySet()) {
      merged = new Setting(setting.getKey(), setting.getValue()).onto(merged, merged);
    }
    return HoconSettings.root(merged);
  }

  /** The settings of a file without a sweep, with every read remembered. */
  public HoconSettings settings() {
    return HoconSettings.root(config.withoutPath("sweep"));
  }

  private static void requireReadable(Path file) {
    if (Files.isDirectory(file)) {
      throw new Failure(
          ExitCode.SCENARIO_UNREADABLE,
          file + " is a directory; name a scenario file, for example scenarios/quickstart.conf");
    }
    if (!Files.exists(file)) {
      throw new Failure(
          ExitCode.SCENARIO_UNREADABLE, "there is no scenario file " + file + siblings(file));
    }
    if (!Files.isReadable(file)) {
      throw new Failure(
          ExitCode.SCENARIO_UNREADABLE, file + " may not be read; check its permissions");
    }
  }

  private static String siblings(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return "; its directory does not exist either";
    }
    try (var entries = Files.list(folder)) {
      List<String> names =
          entries
              .map(f -> String.valueOf(f.getFileName()))
              .filter(n -> n.endsWith(".conf"))
              .sorted()
              .toList();
      String wanted = String.valueOf(file.getFileName());
      return Nearest.to(wanted, names)
          .map(n -> "; did you mean " + file.resolveSibling(n) + "?")
          .orElse(names.isEmpty() ? "" : "; beside it are " + String.join(", ", names));
    } catch (IOException e) {
      return " (and its directory cannot be listed: " + e.getMessage() + ")";
    }
  }

  private static Failure unreadable(Path file, ConfigException e) {
    String message = String.valueOf(e.getMessage());
    String place = message.contains(String.valueOf(file.getFileName())) ? "" : file + ": ";
    String help =
        e instanceof ConfigException.UnresolvedSubstitution
            ? "; a ${...} must name a key of the scenario (the environment is not looked at)"
            : "";
    return new Failure(
        ExitCode.SCENARIO_UNREADABLE,
        "the scenario cannot be read: " + place + message.replaceAll("\\s*\\n\\s*", " ") + help,
        e);
  }
}
