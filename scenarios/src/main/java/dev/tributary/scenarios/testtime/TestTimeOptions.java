package dev.tributary.scenarios.testtime;

import dev.tributary.algorithms.Catalog;
import dev.tributary.algorithms.testtime.ResetRule;
import dev.tributary.algorithms.testtime.TestTimeAdapter;
import dev.tributary.algorithms.testtime.TestTimeCatalog;
import dev.tributary.datasets.corruption.Corruption;
import dev.tributary.engine.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The section {@code test-time}: what the trained model meets, and how it adapts.
 *
 * @param adapters {@code adapters}: the methods by id, in order; each has its settings in a section
 *     of its name. Without any there is no test time
 * @param batchSizes {@code batch-sizes}, each &ge; 1
 * @param reset {@code reset}: when a method goes back to the source model
 * @param mixed {@code order = mixed}: the corruptions of a severity come in one shuffled stream;
 *     {@code order = separate}: one after the other
 * @param corruptions {@code corruptions}: a list of ids, or {@code benchmark} (all fifteen), {@code
 *     all} or {@code none}
 * @param severities {@code severities}, each in [1, 5]
 * @param examples {@code examples}: so many test images, drawn by the seed; 0 for all
 */
public record TestTimeOptions(
    Map<String, TestTimeAdapter> adapters,
    List<Integer> batchSizes,
    ResetRule reset,
    boolean mixed,
    List<Corruption> corruptions,
    List<Integer> severities,
    int examples) {

  /** In which order corruptions come. */
  enum ShiftOrder {
    /** One after the other. */
    SEPARATE,
    /** In one shuffled stream. */
    MIXED
  }

  /** Reads the section; without it nothing follows training. */
  public static TestTimeOptions from(Settings settings) {
    Map<String, TestTimeAdapter> adapters = new LinkedHashMap<>();
    for (String id : settings.texts("adapters", List.of())) {
      Catalog.Entry<TestTimeAdapter> entry =
          TestTimeCatalog.methods().named(settings, "adapters", "a list of ", id);
      settings.require(!adapters.containsKey(id), "adapters", "a list with each method once", id);
      adapters.put(id, entry.create().apply(settings.section(id)));
    }
    int examples = settings.integer("examples", 1000);
    settings.require(examples >= 0, "examples", ">= 1, or 0 for all", examples);
    return new TestTimeOptions(
        adapters,
        numbers(settings, "batch-sizes", "200", 1, 100_000),
        settings.choice("reset", ResetRule.PER_SHIFT),
        settings.choice("order", ShiftOrder.SEPARATE) == ShiftOrder.MIXED,
        corruptions(settings),
        numbers(settings, "severities", "5", 1, Corruption.SEVERITIES),
        examples);
  }

  /** Whether anything follows training. */
  public boolean isEmpty() {
    return adapters.isEmpty();
  }

  private static List<Integer> numbers(
      Settings settings, String key, String fallback, int from, int to) {
    List<Integer> numbers = new ArrayList<>();
    for (String text : settings.texts(key, List.of(fallback))) {
      int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
      settings.require(
          number >= from && number <= to,
          key,
          "a list of whole numbers in [%d, %d]".formatted(from, to),
          text);
      settings.require(!numbers.contains(number), key, "a list that has each number once", text);
      numbers.add(number);
    }
    settings.require(!numbers.isEmpty(), key, "a list of at least one number", numbers);
    return List.copyOf(numbers);
  }

  private static List<Corruption> corruptions(Settings settings) {
    List<String> names = settings.texts("corruptions", List.of("benchmark"));
    if (names.size() == 1) {
      switch (names.getFirst()) {
        case "benchmark" -> {
          return Corruption.benchmark();
        }
        case "all" -> {
          return List.of(Corruption.values());
        }
        case "none" -> {
          return List.of();
        }
        default -> {
          // One corruption by its own name.
        }
      }
    }
    List<Corruption> corruptions = new ArrayList<>();
    for (String name : names) {
      Corruption corruption = corruption(settings, name);
      settings.require(
          !corruptions.contains(corruption), "corruptions", "a list that has each once", name);
      corruptions.add(corruption);
    }
    return List.copyOf(corruptions);
  }

  private static Corruption corruption(Settings settings, String name) {
    try {
      return Corruption.named(name);
    } catch (IllegalArgumentException e) {
      throw settings.mustBe(
          "corruptions", "benchmark, all, none, or a list of names (" + e.getMessage() + ")", name);
    }
  }
}
