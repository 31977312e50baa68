package dev.tributary.datasets.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.glyph.GlyphDigits;
import dev.tributary.engine.random.Seeds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorruptionsTest {
  private static final Corruptions BUILT_IN = Corruptions.builtIn();

  /** Fifty drawn digits in color, ten of each domain. */
  private static final ImageSet DIGITS = digits();

  /** What draws nothing: the seed cannot matter. */
  private static final Set<Corruption> WITHOUT_CHANCE =
      EnumSet.of(
          Corruption.DEFOCUS_BLUR,
          Corruption.ZOOM_BLUR,
          Corruption.BRIGHTNESS,
          Corruption.CONTRAST,
          Corruption.PIXELATE,
          Corruption.JPEG_COMPRESSION,
          Corruption.GAUSSIAN_BLUR,
          Corruption.SATURATE);

  @TempDir Path directory;

  private static ImageSet digits() {
    return GlyphDigits.generate(Seeds.root(3), 10, 10, 10).stream()
        .map(Domain::train)
        .map(images -> images.select(IntStream.range(0, 10).toArray()))
        .reduce(ImageSet::append)
        .orElseThrow();
  }

  /** The order of the benchmark's tables. */
  @Test
  void theFifteenHaveTheBenchmarksNamesAndOrder() {
    assertThat(Corruption.benchmark().stream().map(Corruption::id))
        .containsExactly(
            "gaussian_noise",
            "shot_noise",
            "impulse_noise",
            "defocus_blur",
            "glass_blur",
            "motion_blur",
            "zoom_blur",
            "snow",
            "frost",
            "fog",
            "brightness",
            "contrast",
            "elastic_transform",
            "pixelate",
            "jpeg_compression");
    assertThat(Corruption.extra().stream().map(Corruption::id))
        .containsExactly("speckle_noise", "gaussian_blur", "saturate");
  }

  @Test
  void corruptionsAreFoundByName() {
    assertThat(Corruption.named("zoom_blur")).isEqualTo(Corruption.ZOOM_BLUR);
    assertThat(Corruption.named("zoom-blur")).isEqualTo(Corruption.ZOOM_BLUR);
    assertThatThrownBy(() -> Corruption.named("spatter"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("unknown corruption spatter; known are gaussian_noise, shot_noise");
  }

  /**
   * The mean squared error by severity. With the source's constants it grows for most; the rest has
   * the order that the source's own code gives on CIFAR-10, see docs/corruptions.md.
   */
  @ParameterizedTest
  @EnumSource
  void damageGrowsWithSeverityAsInTheSource(Corruption corruption) {
    double[] damage =
        IntStream.rangeClosed(1, 5)
            .mapToDouble(s -> TestImages.squaredError(DIGITS, apply(DIGITS, corruption, s, 1)))
            .toArray();
    assertThat(damage[0]).isPositive();
    int[][] chains =
        switch (corruption) {
          case GLASS_BLUR -> new int[][] {{1, 4}, {2, 4}, {3, 5}};
          case MOTION_BLUR -> new int[][] {{1, 2, 3, 5}, {2, 4, 5}};
          case FROST -> new int[][] {{1, 2, 3}, {1, 4}, {1, 5}};
          case ELASTIC_TRANSFORM -> new int[][] {{5, 4, 3, 2, 1}};
          case SATURATE -> new int[][] {{1, 2}, {3, 4, 5}};
          default -> new int[][] {{1, 2, 3, 4, 5}};
        };
    for (int[] chain : chains) {
      for (int i = 1; i < chain.length; i++) {
        assertThat(damage[chain[i] - 1])
            .as("%s at severity %d over %d", corruption.id(), chain[i], chain[i - 1])
            .isGreaterThan(damage[chain[i - 1] - 1]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameSeedGivesTheSameBitsAndAnotherOthers(Corruption corruption) {
    ImageSet once = apply(DIGITS, corruption, 3, 1);
    assertThat(apply(DIGITS, corruption, 3, 1).sha256()).isEqualTo(once.sha256());
    String other = apply(DIGITS, corruption, 3, 2).sha256();
    if (WITHOUT_CHANCE.contains(corruption)) {
      assertThat(other).isEqualTo(once.sha256());
    } else {
      assertThat(other).isNotEqualTo(once.sha256());
    }
  }

  /** What an image becomes does not depend on which others are asked for, nor on their order. */
  @ParameterizedTest
  @EnumSource
  void anyPartGivesTheSameBits(Corruption corruption) {
    int[] part = {44, 3, 17, 3};
    assertThat(BUILT_IN.apply(DIGITS, part, corruption, 2, Seeds.root(1)).sha256())
        .isEqualTo(apply(DIGITS, corruption, 2, 1).select(part).sha256());
  }

  /** Twins in one set are hurt differently: each image has its own stream. */
  @Test
  void equalImagesGetNoiseOfTheirOwn() {
    ImageSet twins = apply(DIGITS.select(new int[] {5, 5}), Corruption.GAUSSIAN_NOISE, 3, 1);
    assertThat(twins.select(new int[] {0}).sha256())
        .isNotEqualTo(twins.select(new int[] {1}).sha256());
  }

  @ParameterizedTest
  @EnumSource
  void labelsScalingAndShapeStay(Corruption corruption) {
    ImageSet images = DIGITS.withScaling(Scaling.SYMMETRIC).withName("digits");
    ImageSet after = apply(images, corruption, 4, 1);
    assertThat(after.name()).isEqualTo("digits (" + corruption.id() + " 4)");
    assertThat(after.labels()).isEqualTo(images.labels());
    assertThat(after.scaling()).isEqualTo(Scaling.SYMMETRIC);
    assertThat(after.shape()).isEqualTo(images.shape());
    assertThat(after.classes()).isEqualTo(10);
  }

  /** All severities of all sizes that are awkward: one pixel, lines, not square, not 8 k. */
  @ParameterizedTest
  @EnumSource
  void anySizeAndGrayWork(Corruption corruption) {
    for (int[] shape : new int[][] {{1, 1, 1}, {3, 1, 5}, {3, 4, 1}, {1, 28, 28}, {3, 13, 70}}) {
      byte[] pixels = new byte[shape[0] * shape[1] * shape[2]];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (60 + 97 * i % 160);
      }
      ImageSet images =
          new ImageSet("odd", shape[0], shape[1], shape[2], 1, pixels, new int[1], Scaling.UNIT);
      for (int severity = 1; severity <= 5; severity++) {
        assertThat(apply(images, corruption, severity, 1).shape()).isEqualTo(images.shape());
      }
    }
  }

  /** A gray image is hurt as an image of three equal channels is, where chance is not asked. */
  @ParameterizedTest
  @EnumSource(
      names = {"DEFOCUS_BLUR", "ZOOM_BLUR", "BRIGHTNESS", "CONTRAST", "PIXELATE", "GAUSSIAN_BLUR"})
  void grayIsOneChannelOfEqualOnes(Corruption corruption) {
    ImageSet gray = TestImages.one(1, 8, 8, TestImages.RAMP);
    assertThat(apply(gray, corruption, 5, 1).rgb().sha256())
        .isEqualTo(apply(gray.rgb(), corruption, 5, 1).sha256());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 6})
  void severitiesOutOfRangeAreRefused(int severity) {
    assertThatThrownBy(() -> apply(DIGITS, Corruption.FOG, severity, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the severity of fog must be in [1, 5], got " + severity);
  }

  @Test
  void otherNumbersOfChannelsAreRefused() {
    ImageSet two = new ImageSet("two", 2, 1, 1, 1, new byte[2], new int[1], Scaling.UNIT);
    assertThatThrownBy(() -> apply(two, Corruption.FOG, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two: only images of 1 or 3 channels can be corrupted, got 2");
  }

  @Test
  void withoutPhotographsFrostIsDrawnAndSaidToBe() throws IOException {
    Corruptions corruptions = Corruptions.from(new DataDirectory(directory, "--data"));
    assertThat(corruptions.notes())
        .singleElement()
        .asString()
        .contains("frost is drawn", "corruption_frost");
    assertThat(corruptions.apply(DIGITS, Corruption.FROST, 5, Seeds.root(1)).sha256())
        .isEqualTo(apply(DIGITS, Corruption.FROST, 5, 1).sha256());
  }

  /** Photographs of 200 at each third of five pixels and 0 elsewhere: a fifth of it is all 200. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void photographsAreUsedWhereTheyAre(boolean original) throws IOException {
    Path folder = Files.createDirectory(directory.resolve("corruption_frost"));
    for (int i = 1; i <= 5; i++) {
      String name = original ? "frost" + i + (i < 4 ? ".png" : ".jpg") : "frost" + i + "_fifth.png";
      int scale = original ? 5 : 1;
      BufferedImage picture = new BufferedImage(40 * scale, 40 * scale, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 1600; at++) {
        picture.setRGB(at % 40 * scale + scale / 2, at / 40 * scale + scale / 2, 0xC8C8C8);
      }
      ImageIO.write(picture, "png", folder.resolve(name).toFile());
    }
    Corruptions corruptions = Corruptions.from(new DataDirectory(directory, "--data"));
    assertThat(corruptions.notes()).isEmpty();
    ImageSet after =
        corruptions.apply(
            TestImages.solid(3, 32, 100, 100, 100), Corruption.FROST, 1, Seeds.root(1));
    assertThat(TestImages.levels(after)).containsOnly(140);
  }

  @Test
  void drawnFrostIsFivePicturesThatDiffer() {
    List<Image> pictures = FrostPictures.drawn().pictures();
    assertThat(pictures.stream().map(picture -> picture.gray().mean()).distinct()).hasSize(5);
    // The photographs' light at a fifth of their size: means 0.51 to 0.80, deviations 0.06 to 0.17.
    for (Image picture : pictures) {
      double mean = picture.gray().mean();
      double variance = picture.gray().map(light -> (light - mean) * (light - mean)).mean();
      assertThat(mean).isBetween(0.40, 0.85);
      assertThat(Math.sqrt(variance)).isBetween(0.04, 0.20);
    }
  }

  private static ImageSet apply(ImageSet images, Corruption corruption, int severity, int seed) {
    return BUILT_IN.apply(images, corruption, severity, Seeds.root(seed));
  }
}
