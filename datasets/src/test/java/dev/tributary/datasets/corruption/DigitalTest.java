package dev.tributary.datasets.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.datasets.ImageSet;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigitalTest {
  private static final ImageSet RAMP = TestImages.one(1, 8, 8, TestImages.RAMP);

  /** Levels 0 and 200 have mean 100: 100 -+ 100 c. */
  @ParameterizedTest
  @CsvSource({"1, 25, 175", "2, 50, 150", "3, 60, 140", "4, 70, 130", "5, 85, 115"})
  void contrastPullsTowardsTheMeanOfTheChannel(int severity, int dark, int light) {
    ImageSet image = TestImages.one(3, 1, 2, "00c8" + "c800" + "6464");
    assertThat(TestImages.levels(TestImages.apply(image, Corruption.CONTRAST, severity)))
        .containsExactly(dark, light, light, dark, 100, 100);
  }

  /** 32 pixels a side become 30, 28, 27, 24 and 20: as many different columns are left. */
  @ParameterizedTest
  @CsvSource({"1, 30", "2, 28", "3, 27", "4, 24", "5, 20"})
  void pixelateLeavesFewerPixels(int severity, int side) {
    byte[] pixels = new byte[32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (7 * (i % 32));
    }
    ImageSet ramp = TestImages.one(1, 32, 32, HexFormat.of().formatHex(pixels));
    int[] after = TestImages.levels(TestImages.apply(ramp, Corruption.PIXELATE, severity));
    assertThat(Arrays.stream(after).distinct().count()).isEqualTo(side);
  }

  /** What the Python Imaging Library's BOX makes of it, to 7 or 5 pixels a side and back. */
  @ParameterizedTest
  @CsvSource({
    "1, 005bb63f3fc7227d258df591912d95fd4abf34646493087d828a93a0a0acb5bd"
        + "828a93a0a0acb5bdb955f15b5bc561fdde8730aeae2bd47d03b96f80809147fd",
    "5, 4444d668687a8d8d4444d668687a8d8d8585346464934343868693a0a0acb9b9"
        + "868693a0a0acb9b98787f15b5bc5afaf89895097975ea6a689895097975ea6a6"
  })
  void pixelateIsThatOfThePythonImagingLibrary(int severity, String expected) {
    assertThat(TestImages.levels(TestImages.apply(RAMP, Corruption.PIXELATE, severity)))
        .isEqualTo(TestImages.levels(expected));
  }

  /** A block's mean is rounded to a multiple of step / 8 levels, so one color may move a little. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void jpegLeavesOneGrayAlmostAsItIs(int severity) {
    int[] steps = {6, 11, 13, 16, 20};
    for (int level : new int[] {0, 77, 128, 255}) {
      ImageSet solid = TestImages.solid(1, 16, level, level, level);
      int[] after =
          TestImages.levels(TestImages.apply(solid, Corruption.JPEG_COMPRESSION, severity));
      assertThat(Arrays.stream(after).distinct().count()).isEqualTo(1);
      assertThat(Math.abs(after[0] - level)).isLessThanOrEqualTo((steps[severity - 1] + 15) / 16);
    }
  }

  /** 128 + 2 k at quality 50, where the first step is 16, needs no rounding. */
  @Test
  void jpegKeepsAConstantThatItsStepDivides() {
    for (int level : new int[] {28, 100, 128, 130, 228}) {
      ImageSet solid = TestImages.solid(1, 8, level, level, level);
      assertThat(TestImages.levels(TestImages.apply(solid, Corruption.JPEG_COMPRESSION, 4)))
          .containsOnly(level);
    }
  }

  /** What libjpeg, through the Python Imaging Library, makes of a gray image at quality 40. */
  @Test
  void jpegOfGrayIsThatOfLibjpeg() {
    String expected =
        "02639c008fc1028f3f71ff7ebf27b4f23a91378c2e7e0e806cff92fd63ff54f8"
            + "9214a33bc143ff64bf58ef904fb137ffe67c4ccb6e31eb6800c66236cc8e4aff";
    assertThat(
            TestImages.largestDifference(
                TestImages.levels(TestImages.apply(RAMP, Corruption.JPEG_COMPRESSION, 5)),
                TestImages.levels(expected)))
        .isLessThanOrEqualTo(1);
  }

  /** The same of a color image at quality 80, chroma at half the size. */
  @Test
  void jpegOfColorIsThatOfLibjpeg() {
    String expected =
        "17824560a26856a351978cac5f78c37e704787cc6cac41a09d66a2959c9ba38f"
            + "b66f4b8567a698b7499581c7856592b27ec3775da07082bd6b51956662b4a0a8"
            + "4ca4404687575cb47bb185954a6cc98c82507cbc62ab48aca265958692969f8c"
            + "b96d3e72528e7d9c3e8974b8754d6e895ba86c5da36862913b2f8b6c6eb5837c"
            + "5aae464f9a5d3a7e8bbe8c9d5b70a757986182bf6da9277ab8759c899a928263"
            + "ca7b4576598e6a7f4f977dbb7649607571b9745b9a5b55845340946860a37571";
    assertThat(
            TestImages.largestDifference(
                TestImages.levels(
                    TestImages.apply(TestImages.colorRamp(), Corruption.JPEG_COMPRESSION, 1)),
                TestImages.levels(expected)))
        .isLessThanOrEqualTo(2);
  }

  /**
   * (200, 100, 100) has saturation 1/2 and value 200: times 0.3, 0.1, 1.5, 2 + 0.1 and 2.5 + 0.2
   * that is 0.15, 0.05, 0.75 and twice 1 after clipping; the lesser channels are 200 (1 - s).
   */
  @ParameterizedTest
  @CsvSource({"1, 170", "2, 190", "3, 50", "4, 0", "5, 0"})
  void saturateScalesTheSaturationOfHsv(int severity, int lesser) {
    ImageSet after =
        TestImages.apply(TestImages.solid(1, 1, 200, 100, 100), Corruption.SATURATE, severity);
    assertThat(TestImages.levels(after)).containsExactly(200, lesser, lesser);
  }

  /** Gray has hue 0, red: 0.2 of saturation takes a fifth of green and blue. */
  @Test
  void saturateReddensGrayPixelsOfColorImagesAndLeavesGrayImages() {
    assertThat(
            TestImages.levels(
                TestImages.apply(TestImages.solid(1, 1, 100, 100, 100), Corruption.SATURATE, 5)))
        .containsExactly(100, 80, 80);
    assertThat(TestImages.levels(TestImages.apply(RAMP, Corruption.SATURATE, 5)))
        .isEqualTo(TestImages.levels(RAMP));
  }

  /** Bilinear maps of a plane that rises evenly give its value at the place they look at. */
  @Test
  void anAffineMapTakesItsPointsWhereTheyWereMoved() {
    int side = 96;
    Plane rising = Plane.of(side, side, (y, x) -> x);
    Image image = new Image(List.of(rising));
    AffineMap still = AffineMap.draw(side, side, 0, TestImages.SEEDS.stream());
    assertThat(still.apply(image).planes().getFirst().at(40, 63)).isCloseTo(63, within(1e-9));
    Plane moved =
        AffineMap.draw(side, side, 2, TestImages.SEEDS.stream()).apply(image).planes().getFirst();
    // The corner (80, 80) moved by at most 2 pixels: what is there now came from near it.
    assertThat(moved.at(80, 80)).isNotEqualTo(80).isCloseTo(80, within(4.5));
  }

  /** Severity 1 has no displacement, and severities 2 to 5 move pixels by less than alpha. */
  @Test
  void anElasticFieldMovesPixelsByLessThanItsStrength() {
    Plane rising = Plane.of(64, 64, (y, x) -> x);
    Plane moved =
        new ElasticField(3.2, 0.96)
            .apply(new Image(List.of(rising)), TestImages.SEEDS.stream())
            .planes()
            .getFirst();
    double most = 0;
    for (int y = 0; y < 64; y++) {
      for (int x = 4; x < 60; x++) {
        most = Math.max(most, Math.abs(moved.at(y, x) - x));
      }
    }
    assertThat(most).isBetween(0.8, 3.2);
  }
}
