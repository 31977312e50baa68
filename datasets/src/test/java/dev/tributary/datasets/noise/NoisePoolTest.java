package dev.tributary.datasets.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoisePoolTest {
  private static final Shape SHAPE = Shape.of(2, 10, 10);
  private static final NoisePool POOL = new NoisePool(SHAPE, 4, Seeds.root(1));

  private static float[] features(Examples examples, int index) {
    float[] target = new float[SHAPE.size() + 2];
    examples.read(index, target, 1);
    return target;
  }

  @Test
  void featuresAreStandardNormalAndStayInTheirPlace() {
    Examples examples = POOL.examples(1000, Seeds.root(2));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < examples.size(); i++) {
      float[] row = features(examples, i);
      assertThat(row[0]).isZero();
      assertThat(row[row.length - 1]).isZero();
      for (float value : row) {
        sum += value;
        squares += (double) value * value;
      }
    }
    // 200,000 draws: the mean's deviation is 0.0022, that of the variance 0.0032.
    assertThat(sum / 200_000).isBetween(-0.01, 0.01);
    assertThat(squares / 200_000).isBetween(0.98, 1.02);
  }

  @Test
  void labelsAreSpreadOverAllClasses() {
    Examples examples = POOL.examples(4000, Seeds.root(2));
    int[] counts = new int[4];
    for (int i = 0; i < examples.size(); i++) {
      counts[examples.label(i)]++;
    }
    // 1,000 each, with a deviation of 27.
    assertThat(Arrays.stream(counts)).allMatch(n -> n > 850 && n < 1150);
    assertThat(examples.classes()).isEqualTo(4);
  }

  @Test
  void examplesOfAClientDifferAndSeedsDecide() {
    Set<Float> firsts = new HashSet<>();
    Examples examples = POOL.examples(500, Seeds.root(3));
    for (int i = 0; i < 500; i++) {
      firsts.add(features(examples, i)[1]);
    }
    assertThat(firsts).hasSizeGreaterThan(490);
    assertThat(features(POOL.examples(9, Seeds.root(3)), 7)).isEqualTo(features(examples, 7));
    assertThat(features(POOL.examples(9, Seeds.root(4)), 7)).isNotEqualTo(features(examples, 7));
  }

  @Test
  void optionsHaveDefaults() {
    assertThat(NoiseOptions.from(MapSettings.empty()))
        .isEqualTo(new NoiseOptions(Shape.of(3, 28, 28), 10, 10, 100));
  }

  static List<Map<String, Object>> wrong() {
    return List.of(
        Map.of("shape", List.of()),
        Map.of("shape", List.of("3", "0")),
        Map.of("shape", List.of("3", "x")),
        Map.of("classes", 1),
        Map.of("clients", 0),
        Map.of("samples-per-client", 0));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void optionsOutOfRangeAreNamed(Map<String, Object> settings) {
    assertThatThrownBy(() -> NoiseOptions.from(MapSettings.of(settings)))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith(settings.keySet().iterator().next() + " must be ");
  }
}
