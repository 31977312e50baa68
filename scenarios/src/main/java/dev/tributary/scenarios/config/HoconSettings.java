package dev.tributary.scenarios.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.settings.Settings;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings from a scenario file. Messages name the key, the value, the rule and the place ({@code
 * file:line}); every read is remembered, for {@link #requireNoUnknownKeys} and {@link #resolved}.
 *
 * <p>A word where a section is asked for stands for that section's {@code name}: {@code algorithm =
 * fedbn} is {@code algorithm { name = fedbn }}. A key set to {@code null} counts as absent.
 */
public final class HoconSettings implements Settings {
  private final Config root;
  private final List<String> section;
  private final ConfigObject values;
  private final Reads reads;

  private HoconSettings(Config root, List<String> section, ConfigObject values, Reads reads) {
    this.root = root;
    this.section = section;
    this.values = values;
    this.reads = reads;
  }

  static HoconSettings root(Config config) {
    return new HoconSettings(config, List.of(), config.root(), new Reads());
  }

  @Override
  public String path() {
    return section.isEmpty() ? "" : ConfigUtil.joinPath(section);
  }

  @Override
  public boolean has(String key) {
    reads.ask(section, key);
    boolean present = find(key) != null;
    if (!present) {
      reads.absent(Reads.append(section, key));
    }
    return present;
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (String key : values.keySet()) {
      if (find(key) != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  @Override
  public String text(String key, String fallback) {
    ConfigValue value = find(key);
    String text = value == null ? fallback : word(key, value);
    return remember(key, text, Hocon.text(text), value);
  }

  @Override
  public double number(String key, double fallback) {
    ConfigValue value = find(key);
    double number = value == null ? fallback : number(key, value, "a number");
    return remember(key, number, Hocon.number(number), value);
  }

  @Override
  public int integer(String key, int fallback) {
    ConfigValue value = find(key);
    if (value == null) {
      return remember(key, fallback, Integer.toString(fallback), null);
    }
    double number = number(key, value, "a whole number");
    require(number == (int) number, key, "a whole number", Hocon.render(value));
    return remember(key, (int) number, Integer.toString((int) number), value);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    ConfigValue value = find(key);
    if (value != null && !(value.unwrapped() instanceof Boolean)) {
      throw mustBe(key, "true or false", Hocon.render(value));
    }
    boolean flag = value == null ? fallback : (Boolean) value.unwrapped();
    return remember(key, flag, Boolean.toString(flag), value);
  }

  @Override
  public List<String> texts(String key, List<String> fallback) {
    ConfigValue value = find(key);
    List<String> texts;
    if (value == null) {
      texts = List.copyOf(fallback);
    } else if (value instanceof ConfigList list) {
      texts = list.stream().map(v -> word(key, v)).toList();
    } else {
      texts = List.of(word(key, value));
    }
    return remember(key, texts, Hocon.texts(texts), value);
  }

  @Override
  public HoconSettings section(String key) {
    reads.ask(section, key);
    ConfigValue value = find(key);
    List<String> path = Reads.append(section, key);
    ConfigObject inner =
        switch (value) {
          case null -> ConfigValueFactory.fromMap(Map.of());
          case ConfigObject object -> object;
          default -> {
            if (value.valueType() != ConfigValueType.STRING) {
              throw mustBe(key, "a section { ... } or a name", Hocon.render(value));
            }
            yield ConfigValueFactory.fromMap(Map.of()).withValue("name", value);
          }
        };
    return new HoconSettings(root, path, inner, reads);
  }

  @Override
  public SettingException mustBe(String key, String rule, Object value) {
    ConfigValue set = find(key);
    return new SettingException(
        ConfigUtil.joinPath(Reads.append(section, key))
            + " must be "
            + rule
            + ", got "
            + value
            + (set == null ? " (default)" : " (" + Origins.place(set) + ")"));
  }

  /**
   * One message for every key of the whole scenario that nobody asked for so far, each with the
   * nearest known one; empty when all is known. To be called when everything has read its settings.
   */
  public List<String> unknownKeys() {
    return reads.unknown(root);
  }

  /** Throws with all of {@link #unknownKeys} unless there are none. */
  public void requireNoUnknownKeys() {
    List<String> unknown = unknownKeys();
    if (!unknown.isEmpty()) {
      throw new Failure(ExitCode.SCENARIO_UNKNOWN_KEY, String.join("\n", unknown));
    }
  }

  /**
   * Everything that was read of the whole scenario, as a scenario file that gives the same run:
   * keys sorted, top-level values before sections, each with where it came from.
   */
  public String resolved() {
    return ResolvedText.of(reads);
  }

  private @Nullable ConfigValue find(String key) {
    ConfigValue value = values.get(key);
    return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
  }

  private String word(String key, ConfigValue value) {
    return switch (value.valueType()) {
      case STRING -> String.valueOf(value.unwrapped());
      // As it was written: 1e-3 stays 1e-3.
      case NUMBER, BOOLEAN -> value.atKey("v").getString("v");
      case OBJECT, LIST, NULL -> throw mustBe(key, "a word", Hocon.render(value));
    };
  }

  private double number(String key, ConfigValue value, String rule) {
    return switch (value.unwrapped()) {
      case Number number -> number.doubleValue();
      case String word when word.equals("infinity") -> Double.POSITIVE_INFINITY;
      case String word when word.equals("-infinity") -> Double.NEGATIVE_INFINITY;
      default -> throw mustBe(key, rule, Hocon.render(value));
    };
  }

  private <T> T remember(String key, T result, String text, @Nullable ConfigValue value) {
    reads.ask(section, key);
    String source = value == null ? null : Origins.shortPlace(value);
    reads.value(Reads.append(section, key), new Reads.Read(text, source));
    return result;
  }
}
