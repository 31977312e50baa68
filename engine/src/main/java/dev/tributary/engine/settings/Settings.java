package dev.tributary.engine.settings;

import java.util.List;
import java.util.Set;

/**
 * A section of named settings, as an options record reads them: {@code settings.number("mu",
 * 0.01)}.
 *
 * <p>Each reader names the key, the type and the default in one place. Implementations remember
 * which keys were asked for, so that a key nobody reads can be reported as unknown; a value of the
 * wrong type or outside its range throws {@link SettingException} naming the key, the value and the
 * rule.
 */
public interface Settings {

  /** The full dotted path of this section, empty for the root. */
  String path();

  /** Whether the key has a value here. */
  boolean has(String key);

  /** The keys that have a value here, sorted. */
  Set<String> keys();

  /** A string, or {@code fallback} where the key is absent. */
  String text(String key, String fallback);

  /** A number, or {@code fallback}; {@code infinity} is a number. */
  double number(String key, double fallback);

  /** A whole number, or {@code fallback}. */
  int integer(String key, int fallback);

  /** true or false, or {@code fallback}. */
  boolean flag(String key, boolean fallback);

  /** A list of strings (a single string counts as a list of one), or {@code fallback}. */
  List<String> texts(String key, List<String> fallback);

  /** The section below the key; an empty one where the key is absent. */
  Settings section(String key);

  /** An exception about {@code key} of this section: "path.key must be RULE, got VALUE". */
  SettingException mustBe(String key, String rule, Object value);

  /** Throws {@link #mustBe} unless the condition holds. */
  default void require(boolean condition, String key, String rule, Object value) {
    if (!condition) {
      throw mustBe(key, rule, value);
    }
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  default <E extends Enum<E>> E choice(String key, E fallback) {
    String word = text(key, Names.of(fallback));
    Class<E> type = fallback.getDeclaringClass();
    for (E constant : type.getEnumConstants()) {
      if (Names.of(constant).equals(word)) {
        return constant;
      }
    }
    throw mustBe(key, "one of " + Names.of(type), word);
  }
}
