package dev.tributary.datasets.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseTest {
  private static final int IMAGES = 20;
  private static final int VALUES = IMAGES * 3 * 32 * 32;
  private static final ImageSet MIDDLE = TestImages.solid(IMAGES, 32, 120, 120, 120);

  private static double mean(int[] levels) {
    return Arrays.stream(levels).average().orElseThrow();
  }

  private static double deviation(int[] levels) {
    double mean = mean(levels);
    return Math.sqrt(
        Arrays.stream(levels).mapToDouble(l -> (l - mean) * (l - mean)).average().orElseThrow());
  }

  /**
   * 61,440 values: the deviation's own error is sigma / 350. Truncation lowers the mean by half a
   * level.
   */
  @ParameterizedTest
  @CsvSource({"1, 0.04", "2, 0.06", "3, 0.08", "4, 0.09", "5, 0.10"})
  void gaussianNoiseHasItsDeviation(int severity, double sigma) {
    int[] levels = TestImages.levels(TestImages.apply(MIDDLE, Corruption.GAUSSIAN_NOISE, severity));
    assertThat(deviation(levels)).isCloseTo(255 * sigma, within(255 * sigma * 0.015));
    assertThat(mean(levels)).isCloseTo(119.5, within(0.5));
  }

  /** {@code Poisson(c x) / c} has mean x and variance x / c. */
  @ParameterizedTest
  @CsvSource({"1, 500", "2, 250", "3, 100", "4, 75", "5, 50"})
  void shotNoiseHasMeanAndVarianceOfCountedPhotons(int severity, double photons) {
    int[] levels = TestImages.levels(TestImages.apply(MIDDLE, Corruption.SHOT_NOISE, severity));
    double expected = 255 * Math.sqrt(120 / 255.0 / photons);
    assertThat(deviation(levels)).isCloseTo(expected, within(0.02 * expected));
    assertThat(mean(levels)).isCloseTo(119.5, within(0.6));
  }

  @Test
  void noLightHasNoShotNoise() {
    ImageSet black = TestImages.solid(2, 32, 0, 0, 0);
    assertThat(TestImages.levels(TestImages.apply(black, Corruption.SHOT_NOISE, 5)))
        .containsOnly(0);
  }

  /** P(N = 0) = exp(-2) and P(N = 2) = 2 exp(-2) for a mean of 2. */
  @Test
  void poissonDrawsHaveTheirProbabilities() {
    PoissonTable table = new PoissonTable(10);
    RandomStream random = Seeds.root(1).stream();
    int[] counts = new int[40];
    for (int i = 0; i < 100_000; i++) {
      counts[table.draw(51, random)]++;
    }
    assertThat(counts[0] / 1e5).isCloseTo(0.1353, within(0.005));
    assertThat(counts[2] / 1e5).isCloseTo(0.2707, within(0.006));
    assertThat(counts[5] / 1e5).isCloseTo(0.0361, within(0.003));
  }

  /** A binomial share of 61,440 values: five deviations are at most 0.0052. */
  @ParameterizedTest
  @CsvSource({"1, 0.01", "2, 0.02", "3, 0.03", "4, 0.05", "5, 0.07"})
  void impulseNoiseMakesItsShareBlackOrWhite(int severity, double share) {
    int[] levels = TestImages.levels(TestImages.apply(MIDDLE, Corruption.IMPULSE_NOISE, severity));
    double bound = 5 * Math.sqrt(share * (1 - share) / VALUES);
    double black = Arrays.stream(levels).filter(l -> l == 0).count() / (double) VALUES;
    double white = Arrays.stream(levels).filter(l -> l == 255).count() / (double) VALUES;
    assertThat(black + white).isCloseTo(share, within(bound));
    assertThat(black).isCloseTo(share / 2, within(bound));
    assertThat(Arrays.stream(levels).filter(l -> l == 120).count() / (double) VALUES)
        .isCloseTo(1 - share, within(bound));
  }

  /** Each channel for itself: of pixels of three values, few have more than one struck. */
  @Test
  void impulseNoiseStrikesChannelsByThemselves() {
    int[] levels = TestImages.levels(TestImages.apply(MIDDLE, Corruption.IMPULSE_NOISE, 5));
    int one = 0;
    int more = 0;
    for (int image = 0; image < IMAGES; image++) {
      for (int pixel = 0; pixel < 1024; pixel++) {
        int at = image * 3072 + pixel;
        int struck = 0;
        for (int c = 0; c < 3; c++) {
          struck += levels[at + 1024 * c] == 120 ? 0 : 1;
        }
        one += struck == 1 ? 1 : 0;
        more += struck > 1 ? 1 : 0;
      }
    }
    // 3 * 0.07 * 0.93^2 and 3 * 0.07^2 * 0.93 + 0.07^3 of 20,480 pixels.
    assertThat(one).isBetween(3450, 3990);
    assertThat(more).isBetween(200, 375);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.06", "2, 0.10", "3, 0.12", "4, 0.16", "5, 0.20"})
  void speckleNoiseIsInProportionToThePixel(int severity, double sigma) {
    for (int level : new int[] {30, 100}) {
      ImageSet solid = TestImages.solid(IMAGES, 32, level, level, level);
      int[] levels = TestImages.levels(TestImages.apply(solid, Corruption.SPECKLE_NOISE, severity));
      assertThat(deviation(levels)).isCloseTo(level * sigma, within(0.05 * level * sigma));
    }
  }

  /** Six deviations of the strongest noise are 153 levels: nothing wraps around from 0 to 255. */
  @Test
  void noiseIsClippedAndDoesNotWrapAround() {
    int[] dark =
        TestImages.levels(
            TestImages.apply(TestImages.solid(IMAGES, 32, 0, 0, 0), Corruption.GAUSSIAN_NOISE, 5));
    assertThat(Arrays.stream(dark).max().orElseThrow()).isBetween(75, 153);
    assertThat(Arrays.stream(dark).filter(l -> l == 0).count() / (double) VALUES)
        .isGreaterThan(0.49);
    int[] light =
        TestImages.levels(
            TestImages.apply(
                TestImages.solid(IMAGES, 32, 255, 255, 255), Corruption.GAUSSIAN_NOISE, 5));
    assertThat(Arrays.stream(light).min().orElseThrow()).isBetween(102, 180);
  }
}
