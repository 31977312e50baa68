package dev.tributary.algorithms.testtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.algorithms.RecordingSettings;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.Names;
import dev.tributary.engine.settings.SettingException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue's settings: documented, read, of effect, and checked. */
class TestTimeSettingsTest {

  static Stream<Entry<TestTimeAdapter>> entries() {
    return TestTimeCatalog.entries().stream();
  }

  private static TestTimeAdapter create(Map<String, Object> settings) {
    return TestTimeCatalog.create(new MapSettings("test-time", settings));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void readsTheDocumentedKeysWithTheDocumentedDefaultsAndNoOthers(Entry<TestTimeAdapter> entry) {
    Map<String, String> defaults = new TreeMap<>();
    for (String setting : entry.keys().split(", ", -1)) {
      String[] sides = setting.split(" = ", -1);
      if (sides.length == 2) {
        String value = sides[1].split(" \\| ", -1)[0];
        // Settings hand numbers over as doubles.
        defaults.put(sides[0], value.matches("[0-9]+") ? value + ".0" : value);
      }
    }
    RecordingSettings settings = new RecordingSettings(Map.of());
    assertThat(entry.create().apply(settings).id()).isEqualTo(entry.id());
    assertThat(settings.reads()).isEqualTo(defaults);
  }

  @Test
  void theCatalogueHoldsTheFiveMethods() {
    assertThat(TestTimeCatalog.entries())
        .extracting(Entry::id)
        .containsExactly("source", "bn-adapt", "alpha-bn", "tent", "core");
    assertThat(create(Map.of())).isEqualTo(new AlphaBn(new AlphaBn.Options(0.9, false, false)));
    assertThat(create(Map.of("name", "bn-adapt", "prior", 16)))
        .isEqualTo(new BnAdapt(new BnAdapt.Options(16, false)));
    assertThat(create(Map.of("name", "tent", "lr", 0))).isEqualTo(new Tent(0));
    assertThat(
            create(Map.of("name", "core", "loss", "cosine", "source-weight", 0.5, "mixture", true)))
        .isEqualTo(
            new Core(
                new Core.Options(
                    new AlphaBn.Options(0.5, false, true), 0.001, CoreLoss.COSINE, 1)));
  }

  /** MCC's published temperatures are 2 and above; the others know none. */
  @Test
  void onlyMccHasATemperatureByDefault() {
    for (CoreLoss loss : CoreLoss.values()) {
      String word = Names.of(loss);
      Core core = (Core) create(Map.of("name", "core", "loss", word));
      assertThat(core.options().loss()).isEqualTo(loss);
      assertThat(core.options().temperature()).isEqualTo(loss == CoreLoss.MCC ? 2 : 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bn-adapt, prior, -1",
    "bn-adapt, prior, Infinity",
    "alpha-bn, source-weight, 1.5",
    "alpha-bn, source-weight, -0.1",
    "alpha-bn, source-weight, NaN",
    "tent, lr, -0.001",
    "tent, lr, NaN",
    "tent, lr, Infinity",
    "core, lr, -1",
    "core, temperature, 0",
    "core, temperature, NaN",
    "core, source-weight, 2"
  })
  void refusesValuesOutOfRange(String name, String key, double value) {
    assertThatThrownBy(() -> create(Map.of("name", name, key, value)))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("test-time." + key + " must be ")
        .hasMessageEndingWith(", got " + value);
  }

  @Test
  void anUnknownNameIsAnsweredWithAllThatThereAre() {
    assertThatThrownBy(() -> create(Map.of("name", "eata")))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "test-time.name must be one of source, bn-adapt, alpha-bn, tent, core, got eata");
  }
}
