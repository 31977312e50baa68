package dev.tributary.datasets.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeatherTest {

  /**
   * (102, 51, 51) is hue 0, saturation 1/2, value 0.4. Value 0.4 + c gives 255 (0.4 + c) and half
   * of that, truncated.
   */
  @ParameterizedTest
  @CsvSource({"1, 114, 57", "2, 127, 63", "3, 140, 70", "4, 153, 76", "5, 178, 89"})
  void brightnessRaisesTheValueOfHsv(int severity, int red, int other) {
    ImageSet after =
        TestImages.apply(TestImages.solid(1, 4, 102, 51, 51), Corruption.BRIGHTNESS, severity);
    assertThat(TestImages.levels(after)).containsOnly(red, other);
    assertThat(after.pixel(0, 0, 0, 0) & 0xFF).isEqualTo(red);
  }

  /** Value 0.8 + 0.3 is clipped to 1; black has no hue and becomes gray; a gray image gains c. */
  @Test
  void brightnessAtItsLimits() {
    assertThat(
            TestImages.levels(
                TestImages.apply(TestImages.solid(1, 1, 204, 102, 0), Corruption.BRIGHTNESS, 5)))
        .containsExactly(255, 127, 0);
    assertThat(
            TestImages.levels(
                TestImages.apply(TestImages.solid(1, 1, 0, 0, 0), Corruption.BRIGHTNESS, 4)))
        .containsExactly(51, 51, 51);
    assertThat(
            TestImages.levels(
                TestImages.apply(TestImages.one(1, 1, 3, "0064f0"), Corruption.BRIGHTNESS, 4)))
        .containsExactly(51, 151, 255);
  }

  /** One color under fog of severity 5: (x + 1.5 f) m / (m + 1.5) with f from 0 to 1. */
  @Test
  void fogGoesFromAClearPlaceToAThickOne() {
    int[] levels =
        TestImages.levels(TestImages.apply(TestImages.solid(1, 32, 51, 102, 0), Corruption.FOG, 5));
    // m = 0.4: red from 0.2 to 1.7 times 0.4 / 1.9, green 0.4 to 1.9, blue 0 to 1.5; times 255.
    assertThat(range(levels, 0)).containsExactly(10, 91);
    assertThat(range(levels, 1)).containsExactly(21, 102);
    assertThat(range(levels, 2)).containsExactly(0, 80);
  }

  private static int[] range(int[] levels, int channel) {
    int[] part = Arrays.copyOfRange(levels, channel * 1024, (channel + 1) * 1024);
    Arrays.sort(part);
    return new int[] {part[0], part[1023]};
  }

  /** What is added falls by the square of the decay, so a larger decay is smoother. */
  @Test
  void plasmaFillsTheUnitIntervalAndIsSmootherWithMoreDecay() {
    Plane rough = Plasma.draw(64, 1.5, TestImages.SEEDS.stream());
    Plane smooth = Plasma.draw(64, 3, TestImages.SEEDS.stream());
    for (Plane plane : List.of(rough, smooth)) {
      assertThat(plane.min()).isZero();
      assertThat(plane.max()).isEqualTo(1);
    }
    assertThat(step(smooth)).isLessThan(0.5 * step(rough));
  }

  private static double step(Plane plane) {
    return Plane.of(63, 64, (y, x) -> Math.abs(plane.at(y + 1, x) - plane.at(y, x))).mean();
  }

  /**
   * On black at severity 1 the image itself becomes 0.05 * 0.5 = 0.025, 6 levels; the rest is
   * flakes, the same turned by 180 degrees and the same in all channels.
   */
  @Test
  void snowFallsOnceUprightAndOnceTurned() {
    ImageSet after = TestImages.apply(TestImages.solid(1, 32, 0, 0, 0), Corruption.SNOW, 1);
    int flakes = 0;
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int level = after.pixel(0, 0, y, x) & 0xFF;
        assertThat(after.pixel(0, 0, 31 - y, 31 - x) & 0xFF).isEqualTo(level);
        assertThat(after.pixel(0, 2, y, x) & 0xFF).isEqualTo(level);
        assertThat(level).isGreaterThanOrEqualTo(6);
        flakes += level > 6 ? 1 : 0;
      }
    }
    assertThat(flakes).isBetween(20, 500);
  }

  /** A picture of one color, so that the part does not matter: a x + b f. */
  @ParameterizedTest
  @CsvSource({"1, 140", "2, 160", "3, 170", "4, 165", "5, 165"})
  void frostMixesInAPicture(int severity, int expected) {
    Plane ice = Plane.of(40, 40, (y, x) -> 200 / 255.0);
    FrostPictures pictures =
        new FrostPictures(List.of(new Image(List.of(ice, ice, ice))), List.of());
    Image clear = new Image(List.of(Plane.of(5, 5, (y, x) -> 100 / 255.0)));
    Image frozen = Weather.frost(severity, pictures).apply(clear, Seeds.root(1).stream());
    assertThat(frozen.planes()).hasSize(1);
    assertThat(frozen.planes().getFirst().mean() * 255).isCloseTo(expected, within(1e-9));
  }

  /** A picture of 3 x 4 for a part of 6 x 9: mirrored at its borders. */
  @Test
  void partsLargerThanThePictureAreMirrored() {
    Plane small = Plane.of(3, 4, (y, x) -> (10 * y + x) / 100.0);
    FrostPictures pictures = new FrostPictures(List.of(new Image(List.of(small))), List.of());
    Plane part = pictures.part(6, 9, true, Seeds.root(1).stream()).planes().getFirst();
    assertThat(part.at(2, 3)).isEqualTo(0.23);
    assertThat(part.at(3, 4)).isEqualTo(0.23);
    assertThat(part.at(5, 7)).isEqualTo(0.00);
    assertThat(part.at(5, 8)).isEqualTo(0.00);
  }
}
