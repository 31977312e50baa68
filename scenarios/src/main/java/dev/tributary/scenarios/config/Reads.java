package dev.tributary.scenarios.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was asked of one scenario: which keys exist at all, what they were worth, and
 * where that came from. Paths are lists of key names, so that a dot inside a key does no harm.
 */
final class Reads {
  /**
   * One key that was read.
   *
   * @param value its effective value as HOCON text
   * @param source where it came from; null when the default was taken
   */
  record Read(String value, @Nullable String source) {}

  private final Map<List<String>, Set<String>> known = new java.util.HashMap<>();
  private final Map<List<String>, Read> values = new java.util.HashMap<>();
  private final Set<List<String>> mustStayAbsent = new HashSet<>();

  /** Notes that {@code key} of {@code section} means something. */
  synchronized void ask(List<String> section, String key) {
    known.computeIfAbsent(section, s -> new TreeSet<>()).add(key);
  }

  /**
   * Notes that the absence of a key decided something, so that a resolved file must not write its
   * default.
   */
  synchronized void absent(List<String> path) {
    mustStayAbsent.add(path);
  }

  /** Notes what a key is worth. */
  synchronized void value(List<String> path, Read read) {
    Read before = values.putIfAbsent(path, read);
    if (before != null && !before.equals(read)) {
      throw new IllegalStateException(
          ConfigUtil.joinPath(path)
              + " has two defaults in the code: "
              + before.value()
              + " and "
              + read.value());
    }
  }

  synchronized Map<List<String>, Read> values() {
    Map<List<String>, Read> sorted = new TreeMap<>(Reads::compare);
    sorted.putAll(values);
    return sorted;
  }

  /** Whether the path, or a section around it, must not appear in a resolved file. */
  synchronized boolean staysAbsent(List<String> path) {
    for (int length = 1; length <= path.size(); length++) {
      if (mustStayAbsent.contains(path.subList(0, length))) {
        return true;
      }
    }
    return false;
  }

  /** One message for every key that nothing asked for. */
  synchronized List<String> unknown(Config config) {
    List<String> messages = new ArrayList<>();
    collect(List.of(), config.root(), messages);
    return messages;
  }

  private void collect(List<String> section, ConfigObject object, List<String> messages) {
    Set<String> siblings = known.getOrDefault(section, Set.of());
    for (String key : new TreeSet<>(object.keySet())) {
      ConfigValue value = object.get(key);
      if (value == null || value.valueType() == ConfigValueType.NULL) {
        continue;
      }
      List<String> path = append(section, key);
      Set<String> inside = known.get(path);
      if (!siblings.contains(key)) {
        messages.add(message(path, siblings, value));
      } else if (value instanceof ConfigObject inner) {
        collect(path, inner, messages);
      } else if (inside != null && !inside.contains("name")) {
        messages.add(nameless(path, inside, value));
      }
    }
  }

  /** A word for a section is its name, but not every section has one. */
  private static String nameless(List<String> path, Set<String> inside, ConfigValue value) {
    String name = ConfigUtil.joinPath(path);
    return "%s = %s (%s): the section %s has no name; give one of its keys a value, %s { KEY = ... }: %s"
        .formatted(
            name, Hocon.render(value), Origins.place(value), name, name, String.join(", ", inside));
  }

  private String message(List<String> path, Set<String> siblings, ConfigValue value) {
    String name = ConfigUtil.joinPath(path);
    return "unknown key "
        + name
        + " ("
        + Origins.place(value)
        + "): "
        + advice(path, siblings, name);
  }

  private String advice(List<String> path, Set<String> siblings, String name) {
    String key = path.getLast();
    List<String> section = path.subList(0, path.size() - 1);
    if (key.equals("name") && !section.isEmpty() && !siblings.isEmpty()) {
      return "the section "
          + ConfigUtil.joinPath(section)
          + " has no name; its keys are "
          + String.join(", ", siblings);
    }
    Optional<String> near = Nearest.to(key, siblings);
    if (near.isPresent()) {
      return "did you mean " + ConfigUtil.joinPath(append(section, near.get())) + "?";
    }
    Optional<String> elsewhere =
        known.entrySet().stream()
            .filter(e -> e.getValue().contains(key))
            .map(e -> ConfigUtil.joinPath(append(e.getKey(), key)))
            .min(java.util.Comparator.naturalOrder());
    if (elsewhere.isPresent()) {
      return "did you mean " + elsewhere.get() + "?";
    }
    return siblings.isEmpty()
        ? "nothing here has settings; remove it, or pass --set " + name + "=null"
        : "known here are "
            + String.join(", ", siblings)
            + "; remove it, or pass --set "
            + name
            + "=null";
  }

  static List<String> append(List<String> section, String key) {
    List<String> path = new ArrayList<>(section);
    path.add(key);
    return List.copyOf(path);
  }

  private static int compare(List<String> a, List<String> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = a.get(i).compareTo(b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
