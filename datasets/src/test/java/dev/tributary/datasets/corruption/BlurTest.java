package dev.tributary.datasets.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.datasets.ImageSet;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BlurTest {
  private static final ImageSet RAMP = TestImages.one(1, 8, 8, TestImages.RAMP);

  /** What OpenCV's filter2D makes of the same image with the disk of radius 1 and softness 0.2. */
  @Test
  void defocusBlurIsThatOfOpenCv() {
    String expected =
        "336f9b628f56838b4e8c8e905e9361a0788b9a75845f6e81a28aa68eaa92ae95"
            + "66897ea769c587dd90888a8d8f5ec78b8886967282916dd2a37155a08468b281";
    assertThat(TestImages.levels(TestImages.apply(RAMP, Corruption.DEFOCUS_BLUR, 4)))
        .isEqualTo(TestImages.levels(expected));
  }

  /** What scikit-image's gaussian makes of it with a deviation of 1. */
  @Test
  void gaussianBlurIsThatOfScikitImage() {
    String expected =
        "2e60796c727874854774887d77757c9a66848e88807c84a07d8b919290939aac"
            + "8b888f8f8f98a6b3988a8c8a848ba0b38b858184848597b15c7474798a8a95bc";
    assertThat(TestImages.levels(TestImages.apply(RAMP, Corruption.GAUSSIAN_BLUR, 5)))
        .isEqualTo(TestImages.levels(expected));
  }

  /** What SciPy's zoom and numpy's arange make of it, in single precision: so within a level. */
  @ParameterizedTest
  @CsvSource({
    "1, 005bb6116cc7227c258df55cc52d95fd4abf34a81e93087c6ff073f577f87bfd"
        + "9423b141d05fee7cb854f08d29c560fdde8730d8822bd47c03b86f25db9047fd",
    "5, 0050a14843947d52207cd7878d746ba641a76b905b6e4c5062d27bb2949b9a8e"
        + "83789f7ebb8ec4a7a44cb28a5ea382cbc57082bc7352aa81909a6076b87351cf"
  })
  void zoomBlurIsThatOfSciPy(int severity, String expected) {
    assertThat(
            TestImages.largestDifference(
                TestImages.levels(TestImages.apply(RAMP, Corruption.ZOOM_BLUR, severity)),
                TestImages.levels(expected)))
        .isLessThanOrEqualTo(1);
  }

  /** The lengths of numpy's arange(1, end, 0.01) for 1.06, 1.11, 1.16, 1.21 and 1.26. */
  @ParameterizedTest
  @CsvSource({"1, 7, 1.06", "2, 12, 1.11", "3, 16, 1.15", "4, 21, 1.20", "5, 26, 1.25"})
  void zoomBlurHasTheFactorsOfTheSource(int severity, int count, double last) {
    double[] factors = Blur.zoomFactors(severity);
    assertThat(factors).hasSize(count);
    assertThat(factors[0]).isEqualTo(1);
    assertThat(factors[1]).isEqualTo(1.01);
    assertThat(factors[count - 1]).isCloseTo(last, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(names = {"DEFOCUS_BLUR", "GLASS_BLUR", "MOTION_BLUR", "ZOOM_BLUR", "GAUSSIAN_BLUR"})
  void oneColorStaysAsItIs(Corruption blur) {
    ImageSet solid = TestImages.solid(2, 32, 13, 128, 251);
    for (int severity = 1; severity <= 5; severity++) {
      assertThat(TestImages.levels(TestImages.apply(solid, blur, severity)))
          .as("%s %d", blur.id(), severity)
          .isEqualTo(TestImages.levels(solid));
    }
  }

  /** A point far from the border keeps its light, up to what rounding to 8 bits takes. */
  @ParameterizedTest
  @EnumSource(names = {"DEFOCUS_BLUR", "MOTION_BLUR", "GAUSSIAN_BLUR"})
  void lightIsSpreadAndNotLost(Corruption blur) {
    Plane point = Plane.of(41, 41, (y, x) -> y == 20 && x == 20 ? 1 : 0);
    Image image = new Image(List.of(point));
    for (int severity = 1; severity <= 5; severity++) {
      Plane spread =
          blur.at(severity, FrostPictures.drawn())
              .apply(image, TestImages.SEEDS.stream())
              .planes()
              .getFirst();
      assertThat(spread.mean() * 41 * 41).isCloseTo(1, within(0.03));
      assertThat(spread.max()).isLessThan(1);
    }
  }

  /** ImageMagick's kernel: half a bell to the right, so light moves to the left. */
  @Test
  void motionAlongTheRowIsHalfAGaussian() {
    Plane point = Plane.of(3, 21, (y, x) -> y == 1 && x == 15 ? 1 : 0);
    Plane moved = Kernel.motion(6, 1, 0).apply(point);
    // exp(-i^2 / 2) for i = 0..12 sums to 1.753314: the weights are that divided by the sum.
    assertThat(moved.at(1, 15)).isCloseTo(0.570349, within(1e-5));
    assertThat(moved.at(1, 14)).isCloseTo(0.345934, within(1e-5));
    assertThat(moved.at(1, 13)).isCloseTo(0.077188, within(1e-5));
    assertThat(moved.at(1, 16)).isZero();
    assertThat(moved.at(0, 15)).isZero();
  }

  /** At 45 degrees a step is (0.71, 0.71), from the nearest pixel: offsets 0, 1, 1, 2, 3 ... */
  @Test
  void motionAtAnAngleTakesTheNearestPixels() {
    Plane point = Plane.of(21, 21, (y, x) -> y == 15 && x == 15 ? 1 : 0);
    Plane moved = Kernel.motion(6, 1, 45).apply(point);
    assertThat(moved.at(15, 15)).isCloseTo(0.570349, within(1e-5));
    assertThat(moved.at(14, 14)).isCloseTo(0.345934 + 0.077188, within(1e-5));
    assertThat(moved.at(15, 14)).isZero();
  }

  /** Without smoothing (deviation 0.05) glass only copies; the first two rows and columns stay. */
  @Test
  void glassCopiesNearPixels() {
    byte[] distinct = new byte[256];
    for (int i = 0; i < distinct.length; i++) {
      distinct[i] = (byte) i;
    }
    ImageSet image = TestImages.one(1, 16, 16, HexFormat.of().formatHex(distinct));
    int[] after = TestImages.levels(TestImages.apply(image, Corruption.GLASS_BLUR, 1));
    Set<Integer> steps = new HashSet<>();
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        int step = y * 16 + x - after[y * 16 + x];
        steps.add(step);
        if (y < 2 || x < 2) {
          assertThat(step).isZero();
        }
      }
    }
    // From bottom right to top left a copy never sees a pixel that was copied to: one step at most.
    assertThat(steps).containsExactlyInAnyOrder(0, 1, 16, 17);
    assertThat(Arrays.stream(after).distinct().count()).isLessThan(230);
  }
}
