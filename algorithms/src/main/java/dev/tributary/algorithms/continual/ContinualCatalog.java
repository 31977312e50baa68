package dev.tributary.algorithms.continual;

import dev.tributary.engine.settings.Settings;
import java.util.List;
import java.util.function.Function;

/** All continual methods by name; adding one is adding a line here. */
public final class ContinualCatalog {

  /**
   * One method.
   *
   * @param id its name in scenario files
   * @param title what it is, in a few words
   * @param reference where it comes from
   * @param keys its settings below {@code continual}, with their defaults
   * @param create reads its settings
   */
  public record Entry(
      String id,
      String title,
      String reference,
      String keys,
      Function<Settings, ContinualStrategy> create) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("naive", "fine-tuning: the floor", "", "", _ -> new Naive()),
          new Entry(
              "er",
              "replays a batch of the past in every step",
              "Chaudhry et al., 2019",
              "buffer = 200, replay = 0, joint = true",
              s -> new ExperienceReplay(ExperienceReplay.Options.from(s))));

  private ContinualCatalog() {}

  /** All methods, in the order of the documentation. */
  public static List<Entry> entries() {
    return ENTRIES;
  }

  /** The method that {@code settings.name} names, with its settings read from the same section. */
  public static ContinualStrategy create(Settings settings) {
    String name = settings.text("name", "naive");
    return ENTRIES.stream()
        .filter(e -> e.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                settings.mustBe(
                    "name",
                    "one of " + String.join(", ", ENTRIES.stream().map(Entry::id).toList()),
                    name))
        .create()
        .apply(settings);
  }
}
