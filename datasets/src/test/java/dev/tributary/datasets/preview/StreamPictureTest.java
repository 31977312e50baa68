package dev.tributary.datasets.preview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.noise.NoisePool;
import dev.tributary.datasets.stream.StreamTask;
import dev.tributary.datasets.stream.TaskStream;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamPictureTest {
  private static final int NONE = 0xF2F4F6;
  private static final int FEW = 0xC6DBEF;
  private static final int MANY = 0x08306B;

  /**
   * Images of 2 x 2 are drawn 28 times as large, so rows have 60 pixels, and of each cell 58 x 25
   * are filled. Labels: three of 0 and one of 1, then three of 2 and three of 3.
   */
  @Test
  void theHeatMapIsDarkWhereManyAreAndPaleWhereNoneAre() {
    Picture picture =
        StreamPicture.draw(
            "x",
            new TaskStream(List.of(task(0, 4, 0, 0, 1, 0), task(1, 4, 2, 3, 2, 3, 3, 2)), true));
    assertThat(count(picture, MANY)).isEqualTo(3 * 58 * 25);
    assertThat(count(picture, FEW)).isEqualTo(58 * 25);
    assertThat(count(picture, NONE)).isEqualTo(4 * 58 * 25);
  }

  /**
   * The i-th image has pixels of 10 i + 10, so of six images 10 is drawn black and 60 white.
   * Classes take turns from the end of the task: 1 (the 40), 2 (the 60), 1 (20), 2 (50), 1 (10), 2
   * (30). (p - 10) / 50 of 255 is 153, 255, 51, 204, 0, 102.
   */
  @Test
  void imagesAreTheLastOfEachClass() {
    Picture picture =
        StreamPicture.draw("x", new TaskStream(List.of(task(0, 3, 1, 1, 2, 1, 2, 2)), true));
    int row = 12 + 2 * 26 + 30;
    List<Integer> grays =
        IntStream.range(0, picture.width())
            .map(column -> picture.color(row, column))
            .filter(color -> color == 0 || List.of(153, 51, 204, 102).contains(color & 0xFF))
            .filter(
                color -> (color >> 16) == (color & 0xFF) && (color >> 8 & 0xFF) == (color & 0xFF))
            .map(color -> color & 0xFF)
            .distinct()
            .boxed()
            .toList();
    assertThat(grays).containsExactly(153, 51, 204, 0, 102);
    assertThat(count(picture, 0x999999)).isEqualTo(56 * 56);
  }

  @Test
  void longStreamsAreCut() {
    TaskStream limit = stream(StreamPicture.MOST_TASKS);
    TaskStream beyond = stream(StreamPicture.MOST_TASKS + 7);
    assertThat(StreamPicture.draw("x", beyond).height())
        .isEqualTo(StreamPicture.draw("x", limit).height());
  }

  @Test
  void examplesThatAreNoImagesHaveAHeatMapOnly() {
    Examples flat = new NoisePool(Shape.of(6), 2, Seeds.root(1)).examples(40, Seeds.root(2));
    StreamTask task = new StreamTask(0, "noise", flat, flat, new int[] {0, 1}, true);
    assertThat(count(StreamPicture.draw("x", new TaskStream(List.of(task), false)), MANY))
        .isGreaterThanOrEqualTo(24 * 25);
  }

  private static TaskStream stream(int tasks) {
    return new TaskStream(IntStream.range(0, tasks).mapToObj(t -> task(t, 1, 0)).toList(), false);
  }

  private static StreamTask task(int index, int classes, int... labels) {
    byte[] pixels = new byte[4 * labels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * (i / 4) + 10);
    }
    ImageSet images = new ImageSet("i", 1, 2, 2, classes, pixels, labels, Scaling.SYMMETRIC);
    int[] present = IntStream.of(labels).distinct().sorted().toArray();
    return new StreamTask(index, "t" + index, images, images, present, true);
  }

  private static long count(Picture picture, int color) {
    return IntStream.range(0, picture.height() * picture.width())
        .filter(p -> picture.color(p / picture.width(), p % picture.width()) == color)
        .count();
  }
}
