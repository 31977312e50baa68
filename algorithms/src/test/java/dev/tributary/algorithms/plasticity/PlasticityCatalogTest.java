package dev.tributary.algorithms.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue's settings: documented with their defaults, of effect, and checked. */
class PlasticityCatalogTest {
  /** For each setting, another value, and then values that must be refused. */
  private static final Map<String, List<Object>> VALUES =
      Map.of(
          "coefficient", List.of(0.5, -0.1, Double.NaN, Double.POSITIVE_INFINITY, "much"),
          "shrink", List.of(0.9, -0.1, 1.1, Double.NaN),
          "perturb", List.of(0.5, -0.1, Double.POSITIVE_INFINITY),
          "at-task-start", List.of(false, "perhaps"),
          "every", List.of(7, 0.0, -1.0, 2.5, Double.NaN, "often"),
          "tau", List.of(-1.0, Double.NaN, Double.POSITIVE_INFINITY),
          "probe", List.of(8, 0, 1.5),
          "affine", List.of("joint", "both"));

  static Stream<Entry<PlasticityMethod>> entries() {
    return PlasticityCatalog.entries().stream();
  }

  private static PlasticityMethod create(
      Entry<PlasticityMethod> entry, Map<String, Object> settings) {
    return entry.create().apply(new MapSettings("plasticity", settings));
  }

  /** {@code "every = 1, affine = none | joint"} as keys and defaults of their types. */
  private static Map<String, Object> documented(Entry<PlasticityMethod> entry) {
    Map<String, Object> defaults = new TreeMap<>();
    for (String setting : entry.keys().split(", ", -1)) {
      if (!setting.isEmpty()) {
        String[] sides = setting.split(" = ", -1);
        defaults.put(sides[0], typed(sides[1].split(" ", -1)[0]));
      }
    }
    return defaults;
  }

  private static Object typed(String word) {
    return switch (word) {
      case "true", "false" -> Boolean.valueOf(word);
      case "infinity" -> Double.POSITIVE_INFINITY;
      case "none" -> word;
      default -> Double.valueOf(word);
    };
  }

  @ParameterizedTest
  @MethodSource("entries")
  void theDocumentedDefaultsAreTheDefaults(Entry<PlasticityMethod> entry) {
    assertThat(create(entry, documented(entry))).isEqualTo(create(entry, Map.of()));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everySettingMakesADifferenceAndIsChecked(Entry<PlasticityMethod> entry) {
    PlasticityMethod standard = create(entry, Map.of());
    for (String key : documented(entry).keySet()) {
      List<Object> values = VALUES.getOrDefault(key, List.of());
      assertThat(values).as("values for %s", key).isNotEmpty();
      assertThat(create(entry, Map.of(key, values.getFirst()))).isNotEqualTo(standard);
      for (Object bad : values.subList(1, values.size())) {
        assertThatThrownBy(() -> create(entry, Map.of(key, bad)))
            .as("%s with %s = %s", entry.id(), key, bad)
            .isInstanceOf(SettingException.class)
            .hasMessageStartingWith("plasticity." + key + " must be ")
            .hasMessageEndingWith(", got " + bad);
      }
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithAllThatThereAre() {
    MapSettings settings = new MapSettings("plasticity", Map.of("name", "reset"));
    assertThatThrownBy(() -> PlasticityCatalog.create(settings))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "plasticity.name must be one of none, l2, shrink-perturb, regenerative, redo, nap, got"
                + " reset");
  }

  @Test
  void withoutANameItIsNone() {
    assertThat(PlasticityCatalog.create(MapSettings.empty())).isEqualTo(new NoMethod());
  }
}
