package dev.tributary.scenarios.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value for one key, from {@code --set key=value} or from a sweep.
 *
 * @param path the dotted key
 * @param value its value, parsed as HOCON
 */
record Setting(String path, ConfigValue value) {

  /** Reads {@code key=value}. */
  static Setting parse(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? "" : text.substring(0, equals).strip();
    if (key.isEmpty()) {
      throw new Failure(
          ExitCode.USAGE,
          "--set needs key=value, got \"" + text + "\"; for example --set federation.rounds=20");
    }
    String value = text.substring(equals + 1).strip();
    try {
      ConfigUtil.splitPath(key);
      ConfigObject parsed =
          ConfigFactory.parseString(
                  "value = " + (value.isEmpty() ? "\"\"" : value),
                  ConfigParseOptions.defaults().setOriginDescription(Origins.COMMAND_LINE))
              .root();
      ConfigValue only = parsed.get("value");
      if (only == null || parsed.size() != 1) {
        throw notOneValue(text, key, value, null);
      }
      return new Setting(key, only);
    } catch (ConfigException e) {
      throw notOneValue(text, key, value, e);
    }
  }

  /**
   * This setting as it is laid over a scenario. A word over a section becomes the section's name,
   * so that {@code algorithm = fedbn} replaces the name and leaves the other keys to be judged by
   * whoever reads them; a section over a section is merged into it; all else replaces.
   */
  Setting over(Config config) {
    if (!config.hasPath(path) || config.getValue(path).valueType() != ConfigValueType.OBJECT) {
      return this;
    }
    if (value.valueType() == ConfigValueType.STRING) {
      return new Setting(path + ".name", value);
    }
    return value instanceof ConfigObject section
        ? new Setting(path, section.withFallback(config.getValue(path)))
        : this;
  }

  /**
   * Lays this setting over a scenario. A word around it, {@code algorithm = fedprox} where {@code
   * algorithm.mu} is set, stays as that section's name.
   *
   * @param view the scenario with substitutions made
   * @param scenario the same as it was written
   */
  Config onto(Config view, Config scenario) {
    Setting laid = over(view);
    Config onto = scenario;
    List<String> keys = ConfigUtil.splitPath(laid.path());
    for (int length = 1; length < keys.size(); length++) {
      String around = ConfigUtil.joinPath(keys.subList(0, length));
      if (view.hasPath(around) && view.getValue(around).valueType() == ConfigValueType.STRING) {
        onto = onto.withValue(around + ".name", view.getValue(around));
      }
    }
    return onto.withValue(laid.path(), laid.value());
  }

  private static Failure notOneValue(
      String text, String key, String value, @Nullable Throwable cause) {
    return new Failure(
        ExitCode.USAGE,
        "--set "
            + text
            + " is not one key and one HOCON value; give each key its own --set, and quote special"
            + " characters: --set '"
            + key
            + "=\""
            + value
            + "\"'",
        cause);
  }
}
