package dev.tributary.algorithms;

import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings that remember each key that was asked for, with the default it was asked with. */
public final class RecordingSettings implements Settings {
  private final MapSettings values;
  private final Map<String, String> reads = new TreeMap<>();

  /** With these values. */
  public RecordingSettings(Map<String, Object> values) {
    this.values = MapSettings.of(values);
  }

  /** Each key that was read and its default, as it would be written. */
  public Map<String, String> reads() {
    return reads;
  }

  private String note(String key, Object fallback) {
    reads.put(key, String.valueOf(fallback));
    return key;
  }

  @Override
  public String path() {
    return values.path();
  }

  @Override
  public boolean has(String key) {
    return values.has(key);
  }

  @Override
  public Set<String> keys() {
    return values.keys();
  }

  @Override
  public String text(String key, String fallback) {
    return values.text(note(key, fallback), fallback);
  }

  @Override
  public double number(String key, double fallback) {
    return values.number(note(key, fallback), fallback);
  }

  @Override
  public int integer(String key, int fallback) {
    return values.integer(note(key, fallback), fallback);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    return values.flag(note(key, fallback), fallback);
  }

  @Override
  public List<String> texts(String key, List<String> fallback) {
    return values.texts(note(key, fallback), fallback);
  }

  @Override
  public Settings section(String key) {
    return values.section(note(key, "{ }"));
  }

  @Override
  public SettingException mustBe(String key, String rule, Object value) {
    return values.mustBe(key, rule, value);
  }
}
