package dev.tributary.datasets.stream;

import static dev.tributary.datasets.stream.Numbered.labels;
import static dev.tributary.datasets.stream.StreamOptionsTest.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.noise.NoisePool;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelTasksTest {

  /**
   * One image whose 60 features are all different tells the permutation of its task; the others,
   * and the test images, must follow the same one, in all channels.
   */
  @Test
  void aTaskPermutesThePixelsOfAllItsImagesAlike() {
    ImageSet train = images(3, 4, 5, 9);
    ImageSet test = images(3, 4, 5, 4);
    for (long seed = 0; seed < 10; seed++) {
      TaskStream stream =
          Streams.divide(options("permuted", "tasks", 4), train, test, Seeds.root(seed));
      assertThat(stream.tasks()).isEqualTo(4);
      assertThat(stream.classIncremental()).isFalse();
      List<List<Integer>> permutations = new ArrayList<>();
      for (StreamTask task : stream.all()) {
        List<Integer> places = permutation(task.test(), test);
        permutations.add(places);
        assertThat(new HashSet<>(places)).hasSize(20);
        for (int i = 0; i < test.size(); i++) {
          assertPermuted(read(test, i), read(task.test(), i), places);
        }
        assertThat(labels(task.test())).isEqualTo(labels(test));
        // Each image has a label of its own, which is its place in the set.
        for (int i = 0; i < train.size(); i++) {
          assertPermuted(read(train, task.train().label(i)), read(task.train(), i), places);
        }
        assertThat(IntStream.of(labels(task.train())).sorted().toArray()).isEqualTo(labels(train));
      }
      assertThat(permutations.getFirst()).isSorted();
      assertThat(new HashSet<>(permutations)).hasSize(4);
    }
  }

  /** Every client turns and permutes alike, whatever its own order. */
  @Test
  void clientsShareThePermutations() {
    ImageSet data = images(1, 3, 3, 2);
    StreamOptions options = options("permuted", "tasks", 5, "order", "own");
    Seeds shared = Seeds.root(3).child("stream");
    Map<String, List<Integer>> known = new HashMap<>();
    for (int client = 0; client < 4; client++) {
      TaskStream stream =
          Streams.divide(
              options,
              List.of(new StreamSource("c", data, data)),
              shared,
              shared.child("client", client));
      for (StreamTask task : stream.all()) {
        List<Integer> places = permutation(task.test(), data);
        assertThat(known.computeIfAbsent(task.name(), name -> places)).isEqualTo(places);
      }
    }
    assertThat(known).hasSize(5);
  }

  /** Shares are disjoint and even; nothing is left over. */
  @Test
  void tasksCanHaveSharesOfTheImages() {
    ImageSet data = images(1, 3, 3, 11);
    TaskStream stream =
        Streams.divide(
            options("rotated", "tasks", 4, "examples", "disjoint"), data, data, Seeds.root(2));
    assertThat(ClassTasksTest.all(stream, task -> labels(task.train())))
        .containsExactlyInAnyOrder(labels(data));
    assertThat(stream.all()).extracting(task -> task.train().size()).containsExactly(3, 3, 3, 2);
  }

  /**
   * Counterclockwise by a quarter, a half and three quarters: 1 2 3 / 4 5 6 / 7 8 9 becomes 3 6 9 /
   * 2 5 8 / 1 4 7, then 9 8 7 / 6 5 4 / 3 2 1, then 7 4 1 / 8 5 2 / 9 6 3.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 123456789",
    "90, 369258147",
    "180, 987654321",
    "270, 741852963",
    "-90, 741852963",
    "450, 369258147"
  })
  void quarterTurnsMovePixelsWhole(double degrees, String expected) {
    float[] turned = turn(3, 3, degrees, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    for (int i = 0; i < 9; i++) {
      assertThat(turned[i]).isCloseTo(expected.charAt(i) - '0', within(1e-5f));
    }
  }

  /**
   * By 45 degrees the corner of a 3 x 3 image comes from 1.414 pixels straight right of or below
   * the middle, outside: the border's pixel there. The middle of an edge comes from (0.707, 0.707)
   * off the middle, between four pixels: weights 0.2929 and 0.7071 a side.
   */
  @Test
  void betweenPixelsTheFourNeighborsAreMixed() {
    float[] turned = turn(3, 3, 45, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    double near = Math.sqrt(0.5);
    double far = 1 - near;
    // The upper edge's middle comes from up and right of the middle, among 2 3 / 5 6.
    double top = far * far * 5 + far * near * 6 + near * far * 2 + near * near * 3;
    assertThat((double) turned[1]).isCloseTo(top, within(1e-5));
    // The upper right corner comes from beyond the right edge's middle, 6; the left from beyond 2.
    assertThat(turned[2]).isCloseTo(6, within(1e-5f));
    assertThat(turned[0]).isCloseTo(2, within(1e-5f));
    assertThat(turned[4]).isCloseTo(5, within(1e-5f));
  }

  /** A plane a + b x + c y turns into the plane with its gradient turned, away from the border. */
  @Test
  void aSlopeStaysASlope() {
    int side = 31;
    float[] slope = new float[side * side];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = 3f * (i % side - 15) + 1;
    }
    float[] turned = turn(side, side, 30, slope);
    for (int y = 8; y < 23; y++) {
      for (int x = 8; x < 23; x++) {
        // The gradient (3, 0) turned by 30 degrees to the left has 3 cos 30 right, 3 sin 30 up.
        double expected = 1 + 3 * Math.sqrt(0.75) * (x - 15) - 3 * 0.5 * (y - 15);
        assertThat((double) turned[y * side + x]).isCloseTo(expected, within(1e-3));
      }
    }
  }

  @Test
  void examplesWithoutPixelsAreRefused() {
    Examples flat = new NoisePool(Shape.of(6), 2, Seeds.root(1)).examples(4, Seeds.root(2));
    assertThatThrownBy(() -> Streams.divide(options("rotated"), flat, flat, Seeds.root(1)))
        .hasMessageContainingAll("images [channels, height, width]", "[6]");
  }

  private static float[] turn(int height, int width, double degrees, float... plane) {
    float[] turned = new float[plane.length];
    PixelMap.rotation(height, width, degrees).apply(plane, 0, turned, 0);
    return turned;
  }

  /** Each of its own class; all features of an image differ. */
  private static ImageSet images(int channels, int height, int width, int count) {
    int size = channels * height * width;
    byte[] pixels = new byte[count * size];
    for (int i = 0; i < count; i++) {
      List<Integer> values = new ArrayList<>(IntStream.range(0, size).boxed().toList());
      Collections.rotate(values, 7 * i);
      for (int k = 0; k < size; k++) {
        pixels[i * size + k] = (byte) (int) values.get(k);
      }
    }
    int[] labels = IntStream.range(0, count).toArray();
    return new ImageSet("images", channels, height, width, 11, pixels, labels, Scaling.SYMMETRIC);
  }

  /** Where each pixel of the first image's first plane comes from. */
  private static List<Integer> permutation(Examples mapped, ImageSet original) {
    int plane = original.height() * original.width();
    float[] before = Arrays.copyOf(read(original, 0), plane);
    List<Integer> places = new ArrayList<>();
    float[] after = read(mapped, 0);
    for (int k = 0; k < plane; k++) {
      float value = after[k];
      places.add(
          IntStream.range(0, plane).filter(p -> before[p] == value).findFirst().orElseThrow());
    }
    return places;
  }

  private static void assertPermuted(float[] before, float[] after, List<Integer> places) {
    for (int k = 0; k < before.length; k++) {
      int plane = k / places.size() * places.size();
      assertThat(after[k]).isEqualTo(before[plane + places.get(k % places.size())]);
    }
  }

  private static float[] read(Examples examples, int index) {
    float[] features = new float[examples.shape().size() + 2];
    examples.read(index, features, 1);
    assertThat(features[0]).isZero();
    assertThat(features[features.length - 1]).isZero();
    return Arrays.copyOfRange(features, 1, features.length - 1);
  }
}
