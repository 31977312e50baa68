package dev.tributary.datasets.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.MissingDataException;
import dev.tributary.datasets.Scaling;
import dev.tributary.datasets.format.OriginalSplit;
import dev.tributary.engine.random.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiveDigitsTest {
  private static final int SIDE = 28;

  /**
   * Gray images of full size whose first two pixels are their number, labels 0, 1, ..., 9, 0, ...
   */
  private static ImageSet numbered(int from, int count) {
    byte[] pixels = new byte[count * SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      pixels[i * SIDE * SIDE] = (byte) (from + i);
      pixels[i * SIDE * SIDE + 1] = (byte) ((from + i) >> 8);
    }
    int[] labels = IntStream.range(0, count).map(i -> (from + i) % 10).toArray();
    return new ImageSet("numbered", 1, SIDE, SIDE, 10, pixels, labels, Scaling.UNIT);
  }

  private static List<Integer> numbers(ImageSet set) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      int number = (set.pixel(i, 2, 0, 0) & 0xFF) | ((set.pixel(i, 2, 0, 1) & 0xFF) << 8);
      assertThat(set.label(i)).isEqualTo(number % 10);
      numbers.add(number);
    }
    return numbers;
  }

  private static Domain prepare(long seed, int samples) {
    OriginalSplit original = new OriginalSplit(numbered(0, 400), Optional.of(numbered(400, 100)));
    return FiveDigits.prepare("usps", original, Seeds.root(seed), samples);
  }

  @Test
  void thePartsShareNoImageAndComeFromBothOriginalParts() {
    Domain domain = prepare(1, 300);

    // 500 pooled: 400 for training, of which a tenth is kept for validation; 100 for test.
    assertThat(domain.train().size()).isEqualTo(300);
    assertThat(domain.validation().size()).isEqualTo(40);
    assertThat(domain.test().classCounts()).containsOnly(10);
    List<Integer> all = numbers(domain.train());
    all.addAll(numbers(domain.validation()));
    all.addAll(numbers(domain.test()));
    assertThat(all).doesNotHaveDuplicates();
    assertThat(numbers(domain.train())).anyMatch(n -> n >= 400).anyMatch(n -> n < 400);
    assertThat(numbers(domain.test())).anyMatch(n -> n >= 400).anyMatch(n -> n < 400);
  }

  @Test
  void imagesAreRgbInMinusOneToOne() {
    ImageSet train = prepare(1, 50).train();

    assertThat(train.shape().toArray()).containsExactly(3, 28, 28);
    float[] features = new float[3 * SIDE * SIDE];
    train.read(0, features, 0);
    assertThat(features[5]).isEqualTo(-1f);
    assertThat(features[0]).isEqualTo(features[SIDE * SIDE]);
    assertThat(train.scaling()).isEqualTo(new Scaling(0.5f, 0.5f));
  }

  @Test
  void theSeedAloneDecidesAndFewerSamplesAreTheFirstOfMore() {
    Domain one = prepare(1, 50);

    assertThat(prepare(1, 50).train().sha256()).isEqualTo(one.train().sha256());
    assertThat(prepare(2, 50).train().sha256()).isNotEqualTo(one.train().sha256());
    assertThat(numbers(prepare(1, 100).train()).subList(0, 50)).isEqualTo(numbers(one.train()));
    assertThat(prepare(1, 100).test().sha256()).isEqualTo(one.test().sha256());
  }

  @Test
  void tooManySamplesAreRefusedWithTheLimit() {
    assertThatThrownBy(() -> prepare(1, 361))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "samples-per-client must be from 1 to 360 for domain usps (400 training images, of"
                + " which 40 are kept for validation), got 361");
    assertThatThrownBy(() -> prepare(1, 0)).hasMessageContaining("from 1 to 360");
    assertThat(prepare(1, 360).train().size()).isEqualTo(360);
  }

  /** White images stand at the places of the digits that the subset of MNIST-M shows. */
  @Test
  void mnistLeavesOutTheDigitsOfTheMnistMSubset() {
    byte[] train = new byte[51_600];
    Arrays.fill(train, 51_501, train.length, (byte) 255);
    byte[] test = new byte[6_600];
    Arrays.fill(test, 6_501, test.length, (byte) 255);
    ImageSet first = new ImageSet("MNIST", 1, 1, 1, 1, train, new int[train.length], Scaling.UNIT);
    ImageSet second = new ImageSet("MNIST", 1, 1, 1, 1, test, new int[test.length], Scaling.UNIT);

    Domain mnist =
        FiveDigits.prepare(
            "mnist", new OriginalSplit(first, Optional.of(second)), Seeds.root(1), 743);

    assertThat(mnist.test().size()).isEqualTo(11_600); // a fifth of 58,002
    assertThat(mnist.validation().size()).isEqualTo(1_000);
    for (ImageSet part : List.of(mnist.train(), mnist.validation(), mnist.test())) {
      for (int i = 0; i < part.size(); i++) {
        assertThat(part.pixel(i, 0, 0, 0)).isZero();
      }
    }
  }

  @Test
  void allMissingDomainsAreSaidAtOnce(@TempDir Path empty) {
    assertThatThrownBy(() -> FiveDigits.load(empty, Seeds.root(1), 743))
        .isInstanceOf(MissingDataException.class)
        .hasMessageContaining("MNIST (mnist) is not in the data directory " + empty)
        .hasMessageContaining("tributary datasets fetch usps")
        .hasMessageContaining("synthetic street digits (synthstreet) is not in");
  }

  @Test
  void notesNameEveryDeviation() {
    assertThat(String.join(" ", FiveDigits.notes()))
        .contains("synthetic street digits")
        .contains("regenerated SynthDigits-style")
        .contains("MNIST-M is a subset")
        .contains("left out of the MNIST domain")
        .contains("run's seed")
        .contains("Validation");
  }
}
