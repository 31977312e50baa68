package dev.tributary.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.tensor.Shape;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ImageSetTest {
  private static ImageSet row(int... pixels) {
    return gray(1, pixels.length, pixels);
  }

  private static ImageSet gray(int height, int width, int... pixels) {
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    int images = pixels.length / (height * width);
    return new ImageSet("set", 1, height, width, 3, bytes, new int[images], Scaling.UNIT);
  }

  private static int[] pixels(ImageSet set) {
    int[] values = new int[set.size() * set.shape().size()];
    int at = 0;
    for (int i = 0; i < set.size(); i++) {
      for (int c = 0; c < set.channels(); c++) {
        for (int y = 0; y < set.height(); y++) {
          for (int x = 0; x < set.width(); x++) {
            values[at++] = set.pixel(i, c, y, x) & 0xFF;
          }
        }
      }
    }
    return values;
  }

  @Test
  void featuresAreScaledWhenRead() {
    ImageSet set = row(0, 51, 255).withScaling(Scaling.SYMMETRIC);
    float[] target = {9, 9, 9, 9, 9};

    set.read(0, target, 1);

    // (0 - .5) / .5, (51/255 - .5) / .5, (1 - .5) / .5
    assertThat(target).containsExactly(9f, -1f, (51 / 255f - 0.5f) / 0.5f, 1f, 9f);
    assertThat(target[2]).isCloseTo(-0.6f, Offset.offset(1e-6f));
  }

  @Test
  void argumentsAreCopied() {
    byte[] pixels = {1, 2};
    int[] labels = {0, 1};
    ImageSet set = new ImageSet("set", 1, 1, 1, 2, pixels, labels, Scaling.UNIT);

    pixels[0] = 7;
    labels[0] = 1;
    set.labels()[1] = 0;

    assertThat(set.pixel(0, 0, 0, 0)).isEqualTo((byte) 1);
    assertThat(set.labels()).containsExactly(0, 1);
  }

  @Test
  void selectKeepsTheGivenOrderAndRepeats() {
    ImageSet set =
        new ImageSet(
            "set", 1, 1, 2, 3, new byte[] {1, 2, 3, 4, 5, 6}, new int[] {0, 1, 2}, Scaling.UNIT);

    ImageSet chosen = set.select(new int[] {2, 0, 2});

    assertThat(pixels(chosen)).containsExactly(5, 6, 1, 2, 5, 6);
    assertThat(chosen.labels()).containsExactly(2, 0, 2);
    assertThat(chosen.classCounts()).containsExactly(1, 0, 2);
    assertThatThrownBy(() -> set.select(new int[] {3}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void rgbRepeatsTheGrayPlanePerImage() {
    ImageSet set = gray(1, 2, 1, 2, 3, 4).rgb();

    assertThat(set.shape()).isEqualTo(Shape.of(3, 1, 2));
    assertThat(pixels(set)).containsExactly(1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4);
    assertThat(set.rgb()).isSameAs(set);
  }

  @Test
  void appendPutsTheOtherSetBehind() {
    ImageSet both = row(1, 2).append(row(3, 4));

    assertThat(pixels(both)).containsExactly(1, 2, 3, 4);
    assertThat(both.size()).isEqualTo(2);
    assertThatThrownBy(() -> row(1, 2).append(row(1, 2, 3)))
        .hasMessageContaining("cannot append set: 1 images [1, 1, 3]");
  }

  /** Centers at 0.25, 0.75, 1.25, 1.75: weights 1, 3/4 + 1/4, 1/4 + 3/4, 1. */
  @Test
  void enlargingInterpolatesBetweenPixelCenters() {
    assertThat(pixels(row(0, 255).resize(1, 4))).containsExactly(0, 64, 191, 255);
  }

  /**
   * From 4 to 2 the triangle has radius 2: around center 1 the weights of pixels 0, 1, 2 are 3/4,
   * 3/4, 1/4, to be divided by 7/4; around center 3 they are mirrored on pixels 1, 2, 3.
   */
  @Test
  void shrinkingWidensTheKernel() {
    // (3*0 + 3*70 + 140) / 7 = 50; (70 + 3*140 + 3*210) / 7 = 160
    assertThat(pixels(row(0, 70, 140, 210).resize(1, 2))).containsExactly(50, 160);
  }

  @Test
  void bothAxesAndAllImagesAreResized() {
    ImageSet two = gray(2, 1, 0, 255, 100, 100).resize(4, 2);

    assertThat(pixels(two))
        .containsExactly(0, 0, 64, 64, 191, 191, 255, 255, 100, 100, 100, 100, 100, 100, 100, 100);
  }

  @Test
  void aConstantImageStaysConstantAtAnySize() {
    ImageSet set = gray(5, 7, IntStream.generate(() -> 201).limit(35).toArray());

    for (int size = 1; size < 20; size++) {
      assertThat(pixels(set.resize(size, 20 - size))).containsOnly(201);
    }
  }

  /** The digest of bytes 01 02 00000000 01000000 (little-endian labels), by sha256sum. */
  @Test
  void digestCoversPixelsAndLabels() {
    ImageSet set =
        new ImageSet("set", 1, 1, 1, 2, new byte[] {1, 2}, new int[] {0, 1}, Scaling.UNIT);

    assertThat(set.sha256())
        .isEqualTo("5a3549f35785402655fa7718f7ba8211727be9cfa83db958634c07e73a22e496");
    assertThat(set.withScaling(Scaling.SYMMETRIC).withName("x").sha256()).isEqualTo(set.sha256());
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThatThrownBy(() -> new ImageSet("set", 1, 2, 2, 2, new byte[7], new int[2], Scaling.UNIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("set: 2 labels of images [1, 2, 2] want 8 pixels, got 7");
    assertThatThrownBy(
            () -> new ImageSet("set", 1, 1, 1, 2, new byte[2], new int[] {0, 2}, Scaling.UNIT))
        .hasMessage("set: the label of image 1 must be in [0, 2), got 2");
    assertThatThrownBy(() -> new Scaling(0, 0))
        .hasMessageContaining("deviation of a scaling must be finite and > 0, got 0.0");
    assertThatThrownBy(() -> row(1, 2).pixel(0, 0, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
