package dev.tributary.engine.settings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Settings from a map, for code that builds options without a file. Sections are nested maps. */
public record MapSettings(String path, Map<String, Object> values) implements Settings {

  /** No settings at all: every reader gets its default. */
  public static MapSettings empty() {
    return of(Map.of());
  }

  /** A root section. */
  public static MapSettings of(Map<String, Object> values) {
    return new MapSettings("", Map.copyOf(values));
  }

  @Override
  public boolean has(String key) {
    return values.containsKey(key);
  }

  @Override
  public Set<String> keys() {
    return new TreeSet<>(values.keySet());
  }

  @Override
  public String text(String key, String fallback) {
    return has(key) ? String.valueOf(values.get(key)) : fallback;
  }

  @Override
  public double number(String key, double fallback) {
    Object value = values.getOrDefault(key, fallback);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw mustBe(key, "a number", value);
  }

  @Override
  public int integer(String key, int fallback) {
    double value = number(key, fallback);
    require(value == (int) value, key, "a whole number", value);
    return (int) value;
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    Object value = values.getOrDefault(key, fallback);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw mustBe(key, "true or false", value);
  }

  @Override
  public List<String> texts(String key, List<String> fallback) {
    if (!has(key)) {
      return fallback;
    }
    return values.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(text(key, ""));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Settings section(String key) {
    Object value = values.getOrDefault(key, Map.of());
    if (value instanceof Map<?, ?> map) {
      return new MapSettings(name(key), (Map<String, Object>) map);
    }
    throw mustBe(key, "a section { ... }", value);
  }

  @Override
  public SettingException mustBe(String key, String rule, Object value) {
    return new SettingException(name(key) + " must be " + rule + ", got " + value);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
