package dev.tributary.algorithms;

import dev.tributary.engine.settings.Settings;
import java.util.List;
import java.util.function.Function;

/** Methods of one kind by name, as scenario files choose them. */
public final class Catalog<T> {

  /**
   * One method.
   *
   * @param id its name in scenario files
   * @param title what it is, in a few words
   * @param reference where it comes from
   * @param keys its settings beside its name, with their defaults
   * @param create reads its settings
   */
  public record Entry<T>(
      String id, String title, String reference, String keys, Function<Settings, T> create) {}

  private final List<Entry<T>> entries;

  private Catalog(List<Entry<T>> entries) {
    this.entries = entries;
  }

  /** The methods, in the order of the documentation. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static <T> Catalog<T> of(Entry<T>... entries) {
    return new Catalog<>(List.of(entries));
  }

  /** All methods, in the order of the documentation. */
  public List<Entry<T>> entries() {
    return entries;
  }

  /**
   * The method that {@code settings.name} names, with its settings read from the same section.
   *
   * @param usual its id where there is no name
   */
  public T create(Settings settings, String usual) {
    return named(settings, "name", "one of ", settings.text("name", usual))
        .create()
        .apply(settings);
  }

  /**
   * The entry with this id.
   *
   * @param key the setting that names it
   * @param rule what the setting must be, to be followed by all ids
   * @throws dev.tributary.engine.settings.SettingException where there is none
   */
  public Entry<T> named(Settings settings, String key, String rule, String id) {
    return entries.stream()
        .filter(e -> e.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                settings.mustBe(
                    key, rule + String.join(", ", entries.stream().map(Entry::id).toList()), id));
  }
}
