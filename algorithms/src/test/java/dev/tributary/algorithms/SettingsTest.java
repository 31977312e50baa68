package dev.tributary.algorithms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue's settings: documented, read, of effect, and checked. */
class SettingsTest {
  /** For each setting, values that are not its default, all of which must make a difference. */
  private static final Map<String, List<Object>> GOOD =
      Map.of(
          "weighting", List.of("uniform"),
          "mu", List.of(0.0, 0.001, 1e6),
          "norm", List.of("plain"),
          "skip-first-round", List.of(true),
          "skip-first-batch", List.of(true),
          "clip", List.of(1e-6, 1.28, Double.POSITIVE_INFINITY),
          "clip-biases", List.of(false),
          "clip-last-layer", List.of(false));

  /** For each setting, values that must be refused. */
  private static final Map<String, List<Object>> BAD =
      Map.of(
          "weighting", List.of("size", "EXAMPLES", ""),
          "mu", List.of(-0.001, Double.NaN, Double.POSITIVE_INFINITY, "much"),
          "norm", List.of("l1", "squared "),
          "skip-first-round", List.of("perhaps", 1),
          "skip-first-batch", List.of("perhaps", 0),
          "clip", List.of(0.0, -0.64, Double.NaN, Double.NEGATIVE_INFINITY, "none"),
          "clip-biases", List.of("perhaps"),
          "clip-last-layer", List.of("perhaps"));

  static Stream<Entry<FederatedAlgorithm>> entries() {
    return AlgorithmCatalog.entries().stream();
  }

  /** {@code "mu = 0.01, norm = squared | plain"} as key and alternatives, the default first. */
  private static Map<String, List<String>> documented(Entry<FederatedAlgorithm> entry) {
    Map<String, List<String>> keys = new TreeMap<>();
    for (String setting : entry.keys().split(", ", -1)) {
      if (!setting.isEmpty()) {
        String[] sides = setting.split(" = ", -1);
        keys.put(sides[0], List.of(sides[1].split(" \\| ", -1)));
      }
    }
    return keys;
  }

  @ParameterizedTest
  @MethodSource("entries")
  void readsTheDocumentedKeysWithTheDocumentedDefaultsAndNoOthers(Entry<FederatedAlgorithm> entry) {
    Map<String, String> defaults = new TreeMap<>();
    documented(entry).forEach((key, values) -> defaults.put(key, values.getFirst()));
    RecordingSettings settings = new RecordingSettings(Map.of());

    assertThat(entry.create().apply(settings)).isNotNull();
    assertThat(settings.reads()).isEqualTo(defaults);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everySettingMakesADifference(Entry<FederatedAlgorithm> entry) {
    FederatedAlgorithm standard = entry.create().apply(MapSettings.empty());
    documented(entry)
        .forEach(
            (key, alternatives) -> {
              List<Object> values = new ArrayList<>(known(GOOD, key));
              values.addAll(alternatives.subList(1, alternatives.size()));
              for (Object value : values) {
                assertThat(entry.create().apply(MapSettings.of(Map.of(key, value))))
                    .as("%s with %s = %s", entry.id(), key, value)
                    .isNotEqualTo(standard);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("entries")
  void refusesValuesOutOfRangeByKeyAndValue(Entry<FederatedAlgorithm> entry) {
    for (String key : documented(entry).keySet()) {
      for (Object value : known(BAD, key)) {
        MapSettings settings = new MapSettings("algorithm", Map.of(key, value));
        assertThatThrownBy(() -> entry.create().apply(settings))
            .as("%s with %s = %s", entry.id(), key, value)
            .isInstanceOf(SettingException.class)
            .hasMessageStartingWith("algorithm." + key + " must be ")
            .hasMessageEndingWith(", got " + value);
      }
    }
  }

  private static List<Object> known(Map<String, List<Object>> values, String key) {
    assertThat(values).as("this test knows values for every setting").containsKey(key);
    return values.getOrDefault(key, List.of());
  }

  @Test
  void anUnknownNameIsAnsweredWithAllThatThereAre() {
    MapSettings settings = new MapSettings("algorithm", Map.of("name", "fedsgd"));
    assertThatThrownBy(() -> AlgorithmCatalog.create(settings))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "algorithm.name must be one of fedavg, fedavg-gn, fedavg-ln, fedprox, silobn, fedbn,"
                + " fedwon, standalone, got fedsgd");
  }

  @Test
  void withoutANameItIsFedAvg() {
    assertThat(AlgorithmCatalog.create(MapSettings.empty()).id()).isEqualTo("fedavg");
  }

  @Test
  void namesAreUnique() {
    assertThat(AlgorithmCatalog.entries()).extracting(Entry::id).doesNotHaveDuplicates();
  }
}
