package dev.tributary.scenarios.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One key of a sweep with the values it takes.
 *
 * @param path the dotted key
 * @param values at least one, with distinct labels
 * @param file where the list stands; empty when it came from the command line
 * @param line its line, from 1
 * @param column its place in that line, from 0
 */
record Axis(String path, List<Value> values, String file, int line, int column) {
  /** The parser forgets the order of keys, but not their places. */
  static final Comparator<Axis> IN_ORDER_OF_THE_FILE =
      Comparator.comparing(Axis::file)
          .thenComparingInt(Axis::line)
          .thenComparingInt(Axis::column)
          .thenComparing(Axis::path);

  /** The axis whose values are not of one key but settings from anywhere in the scenario. */
  static final String ARMS = "arms";

  /** A value with the part that it adds to a run's label. */
  record Value(String label, ConfigValue value) {}

  static Axis of(String path, ConfigValue value) {
    String key = "sweep." + path;
    if (!(value instanceof ConfigList list)) {
      throw Sweep.invalid(key, value, "must be a list, such as [1, 2, 3], got ");
    }
    if (list.isEmpty()) {
      throw Sweep.invalid(key, value, "must have at least one value, got ");
    }
    List<Value> values = new ArrayList<>();
    for (ConfigValue element : list) {
      Value next = element(path, key, element);
      if (values.stream().anyMatch(v -> v.label().equals(next.label()))) {
        throw Sweep.invalid(
            key,
            value,
            "has two values called "
                + next.label()
                + ", give one its own label ({ name = ..., label = ... }) or remove it: ");
      }
      values.add(next);
    }
    ConfigOrigin origin = value.origin();
    String file = Origins.file(origin);
    String last = ConfigUtil.splitPath(path).getLast();
    return new Axis(
        path,
        List.copyOf(values),
        file == null ? "" : file,
        origin.lineNumber(),
        file == null ? 0 : column(Path.of(file), origin.lineNumber(), last));
  }

  /** The keys that its values set; a word for a section is the section's name. */
  Set<String> keys() {
    TreeSet<String> keys = new TreeSet<>();
    for (Value value : values) {
      String prefix = path.equals(ARMS) ? "" : path + ".";
      if (value.value() instanceof ConfigObject object) {
        object
            .toConfig()
            .entrySet()
            .forEach(entry -> keys.add(named(prefix + entry.getKey(), entry.getValue())));
      } else {
        keys.add(named(path, value.value()));
      }
    }
    return keys;
  }

  /**
   * Of {@code algorithm = fedavg} and {@code algorithm.name = fedavg}, which are one, the first.
   */
  static String named(String key, ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING && key.endsWith(".name")
        ? key.substring(0, key.length() - ".name".length())
        : key;
  }

  private static Value element(String path, String key, ConfigValue element) {
    return switch (element.valueType()) {
      case STRING -> new Value(label(String.valueOf(element.unwrapped())), element);
      case NUMBER, BOOLEAN ->
          new Value(
              label(ConfigUtil.splitPath(path).getLast() + element.atKey("v").getString("v")),
              element);
      case OBJECT -> path.equals(ARMS) ? arm(key, element) : section(key, (ConfigObject) element);
      case LIST, NULL ->
          throw Sweep.invalid(
              key, element, "must hold words, numbers, true/false or { ... }, got ");
    };
  }

  private static Value arm(String key, ConfigValue element) {
    ConfigObject settings = ((ConfigObject) element).withoutKey("label");
    for (String name : List.of("label", "algorithm", "algorithm.name")) {
      var arm = ((ConfigObject) element).toConfig();
      if (arm.hasPath(name) && arm.getValue(name).valueType() == ConfigValueType.STRING) {
        return new Value(label(arm.getString(name)), settings);
      }
    }
    throw Sweep.invalid(key, element, "needs an algorithm or a label in each { ... }, got ");
  }

  private static Value section(String key, ConfigObject element) {
    ConfigValue name = element.containsKey("label") ? element.get("label") : element.get("name");
    if (name == null || name.valueType() != ConfigValueType.STRING) {
      throw Sweep.invalid(key, element, "needs a name or a label in each { ... }, got ");
    }
    return new Value(label(String.valueOf(name.unwrapped())), element.withoutKey("label"));
  }

  /** Labels name directories: lower case, and nothing that a shell or a file system minds. */
  private static String label(String text) {
    String label = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._]+", "-");
    String trimmed = label.replaceAll("^[-.]+|-+$", "");
    if (trimmed.isEmpty()) {
      throw new Failure(
          ExitCode.SCENARIO_INVALID,
          "a value of the sweep is called \""
              + text
              + "\", which cannot name a directory; use letters and digits, or add a label");
    }
    return trimmed;
  }

  private static int column(Path file, int line, String key) {
    try (var lines = Files.lines(file)) {
      String text = lines.skip(Math.max(0, line - 1)).findFirst().orElse("");
      Matcher matcher =
          Pattern.compile("(^|[\\s{,.\"])" + Pattern.quote(key) + "\"?\\s*(\\+?=|:|\\{|\\.)")
              .matcher(text);
      return matcher.find() ? matcher.start() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + " again", e);
    }
  }
}
