package dev.tributary.algorithms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.algorithms.continual.ContinualCatalog;
import dev.tributary.algorithms.continual.ContinualStrategy;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The continual catalogue's settings: documented, read and checked. */
class ContinualSettingsTest {
  private static final Map<String, List<Object>> BAD =
      Map.ofEntries(
          Map.entry("buffer", List.of(0, -1, 16_777_217)),
          Map.entry("replay", List.of(-1)),
          Map.entry("buffer-kind", List.of("stack")),
          Map.entry("joint", List.of("perhaps")),
          Map.entry("mask", List.of("none")),
          Map.entry("alpha", List.of(-0.1, Double.NaN)),
          Map.entry("beta", List.of(-0.1, Double.POSITIVE_INFINITY)),
          Map.entry("lambda", List.of(-1.0, Double.NaN)),
          Map.entry("fisher", List.of("batch")),
          Map.entry("online", List.of("perhaps")),
          Map.entry("gamma", List.of(-0.1, 1.1, Double.NaN)),
          Map.entry("c", List.of(-0.1)),
          Map.entry("xi", List.of(0.0, -1.0)),
          Map.entry("temperature", List.of(0.0)),
          Map.entry("epochs", List.of(0)));

  static Stream<Entry<ContinualStrategy>> entries() {
    return ContinualCatalog.entries().stream();
  }

  private static Map<String, String> documented(Entry<ContinualStrategy> entry) {
    Map<String, String> defaults = new TreeMap<>();
    for (String setting : entry.keys().split(", ", -1)) {
      if (!setting.isEmpty()) {
        String[] sides = setting.split(" = ", -1);
        defaults.put(sides[0], sides[1].split(" \\| ", -1)[0]);
      }
    }
    return defaults;
  }

  @ParameterizedTest
  @MethodSource("entries")
  void readsTheDocumentedKeysWithTheDocumentedDefaultsAndNoOthers(Entry<ContinualStrategy> entry) {
    RecordingSettings settings = new RecordingSettings(Map.of());
    assertThat(entry.create().apply(settings).id()).isEqualTo(entry.id());
    assertThat(settings.reads()).isEqualTo(documented(entry));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void refusesValuesOutOfRangeByKeyAndValue(Entry<ContinualStrategy> entry) {
    for (String key : documented(entry).keySet()) {
      for (Object value : BAD.getOrDefault(key, List.of())) {
        MapSettings settings = new MapSettings("continual", Map.of(key, value));
        assertThatThrownBy(() -> entry.create().apply(settings))
            .as("%s with %s = %s", entry.id(), key, value)
            .isInstanceOf(SettingException.class)
            .hasMessageStartingWith("continual." + key + " must be ")
            .hasMessageEndingWith(", got " + value);
      }
      assertThat(BAD).as("this test knows bad values for every setting").containsKey(key);
    }
  }

  @Test
  void namesAreUnique() {
    assertThat(ContinualCatalog.entries()).extracting(Entry::id).doesNotHaveDuplicates();
  }
}
