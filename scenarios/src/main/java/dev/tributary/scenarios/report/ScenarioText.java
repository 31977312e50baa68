package dev.tributary.scenarios.report;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.Set;

/** The few settings of a resolved scenario that a report names. */
final class ScenarioText {
  /** Values that say that there is nothing to name, or leave it to the method. */
  private static final Set<String> UNNAMED = Set.of("none", "auto");

  private final Config settings;

  ScenarioText(String text) {
    this.settings = parsed(text);
  }

  /** A text that cannot be read names nothing; the page shows it as it is. */
  private static Config parsed(String text) {
    try {
      return ConfigFactory.parseString(text);
    } catch (ConfigException e) {
      return ConfigFactory.empty();
    }
  }

  /** How many rounds were asked for; 0 where a stream's tasks decide. */
  int rounds() {
    try {
      return settings.hasPath("federation.rounds") ? settings.getInt("federation.rounds") : 0;
    } catch (ConfigException e) {
      return 0;
    }
  }

  /** The kind of the stream; empty without one. */
  String stream() {
    return named("stream.kind");
  }

  /** The normalisation that was asked for; empty where the method or the model decides. */
  String normalization() {
    return named("model.normalization");
  }

  private String named(String key) {
    try {
      String value = settings.hasPath(key) ? settings.getString(key) : "";
      return UNNAMED.contains(value) ? "" : value;
    } catch (ConfigException e) {
      return "";
    }
  }
}
