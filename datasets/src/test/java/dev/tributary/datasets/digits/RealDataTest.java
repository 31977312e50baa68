package dev.tributary.datasets.digits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.fetch.Verification;
import dev.tributary.datasets.format.ClassRange;
import dev.tributary.datasets.format.DigitLines;
import dev.tributary.datasets.format.OriginalSplit;
import dev.tributary.datasets.format.RecordFormat;
import dev.tributary.datasets.format.RecordLayout;
import dev.tributary.datasets.omniglot.Omniglot;
import dev.tributary.datasets.stream.StreamOptions;
import dev.tributary.datasets.stream.Streams;
import dev.tributary.datasets.stream.TaskStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts of the official files, as published by their sources or taken with other tools. */
@EnabledIfEnvironmentVariable(
    named = DataDirectory.VARIABLE,
    matches = ".+",
    disabledReason = "real data are read from the directory in TRIBUTARY_DATA, which is not set")
class RealDataTest {
  private final DataDirectory data = DataDirectory.resolve(Optional.empty());

  private OriginalSplit read(String id) throws IOException {
    DataSet set = DataSets.named(id);
    Assumptions.assumeTrue(
        data.status(set) instanceof DataStatus.Present, id + " is not in " + data.path());
    return OriginalSplit.read(set, data.require(set));
  }

  @Test
  void mnist() throws IOException {
    OriginalSplit mnist = read("mnist");

    assertThat(mnist.train().classCounts())
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(mnist.test().orElseThrow().size()).isEqualTo(10_000);
    assertThat(mnist.train().name()).isEqualTo("MNIST");
  }

  @Test
  void uspsOfAllLayoutsHasTheSamePixels() throws IOException {
    OriginalSplit usps = read("usps");

    assertThat(usps.train().classCounts())
        .containsExactly(1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644);
    assertThat(usps.test().orElseThrow().classCounts())
        .containsExactly(359, 264, 198, 166, 200, 160, 170, 147, 166, 177);
    Path folder = data.folder("usps");
    ImageSet lines = DigitLines.usps("USPS", folder.resolve("zip.train.gz"));
    assertThat(lines.sha256()).isEqualTo(usps.train().sha256());
    ImageSet testLines = DigitLines.usps("USPS", folder.resolve("zip.test.gz"));
    assertThat(testLines.sha256()).isEqualTo(usps.test().orElseThrow().sha256());
  }

  /** The numbers of characters are those of the alphabets' folders in the original archives. */
  @Test
  void omniglotIsEightAlphabets() throws IOException {
    assertThat(read("omniglot").train().classCounts()).hasSize(242).containsOnly(20);
    List<Domain> alphabets = Omniglot.load(data, Seeds.root(1));
    assertThat(alphabets)
        .extracting(a -> a.test().size() / 4)
        .containsExactly(24, 22, 24, 47, 40, 26, 42, 17);
    TaskStream stream =
        Streams.divide(
            StreamOptions.from(MapSettings.of(Map.of("kind", "domain-incremental"))),
            alphabets,
            Seeds.root(1));
    assertThat(stream.classIncremental()).isTrue();
    assertThat(stream.task(7).classes()).containsExactly(IntStream.range(242 - 17, 242).toArray());
    assertThat(stream.task(7).train().size()).isEqualTo(17 * 14);
  }

  @Test
  void optdigitsOfBothLayoutsHaveTheSamePixels() throws IOException {
    OriginalSplit optdigits = read("optdigits");

    assertThat(optdigits.train().size()).isEqualTo(1797);
    assertThat(
            DigitLines.optdigits(
                    "optdigits", data.folder("optdigits").resolve("optdigits.tes.csv.gz"))
                .sha256())
        .isEqualTo(optdigits.train().sha256());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist_m", "synthdigits", "synthstreet"})
  void colorDigits(String id) throws IOException {
    OriginalSplit set = read(id);

    assertThat(set.train().size()).isEqualTo(7_500);
    assertThat(set.test().orElseThrow().size()).isEqualTo(2_500);
    assertThat(set.train().channels()).isEqualTo(3);
  }

  /** The i-th MNIST-M image is the i-th MNIST digit; the subset starts at 51,501 and 6,501. */
  @Test
  void theSubsetOfMnistMShowsTheMnistDigitsThatFiveDigitsLeavesOut() throws IOException {
    OriginalSplit mnist = read("mnist");
    OriginalSplit mnistM = read("mnist_m");

    assertThat(mnistM.train().labels())
        .isEqualTo(Arrays.copyOfRange(mnist.train().labels(), 51_501, 59_001));
    assertThat(mnistM.test().orElseThrow().labels())
        .isEqualTo(Arrays.copyOfRange(mnist.test().orElseThrow().labels(), 6_501, 9_001));
  }

  @Test
  void cifarSubsetsAreBalancedAndSaySo() throws IOException {
    OriginalSplit cifar10 = read("cifar10");
    Assumptions.assumeTrue(cifar10.train().size() == 12_000, "the 12,000 + 4,000 subset");

    assertThat(cifar10.train().classCounts()).containsOnly(1_200);
    assertThat(cifar10.test().orElseThrow().classCounts()).containsOnly(400);
    assertThat(cifar10.train().name())
        .isEqualTo("CIFAR-10 (subset of 12000 + 4000, not the official split)");
    OriginalSplit cifar100 = read("cifar100");
    assertThat(cifar100.train().classCounts()).hasSize(100).containsOnly(100);
    assertThat(cifar100.test().orElseThrow().classCounts()).containsOnly(20);
  }

  @ParameterizedTest
  @CsvSource({
    "amazon, 92 82 94 99 100 100 99 100 94 98",
    "caltech10, 151 110 100 138 85 128 133 94 87 97",
    "dslr, 12 21 12 13 10 24 22 12 8 23",
    "webcam, 29 21 31 27 27 30 43 30 27 30"
  })
  void recordsOfOfficeCaltech(String domain, String counts) throws IOException {
    Path file = data.folder("office_caltech_10").resolve(domain + "_64.bin.gz");
    Assumptions.assumeTrue(Files.exists(file), file + " is not there");
    RecordLayout layout = new RecordLayout(1, 0, 3, 64, 64, ClassRange.of(10));

    ImageSet set = RecordFormat.read(domain, List.of(file), layout);

    assertThat(set.classCounts())
        .containsExactly(Arrays.stream(counts.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void emnistLettersAreTheRightWayUp() throws IOException {
    ImageSet letters = read("emnist-letters").train();

    assertThat(letters.classes()).isEqualTo(26);
    // An L or l is tall: on average its ink spans more rows than columns; transposed it would not.
    assertThat(spread(letters, 'l' - 'a', true)).isGreaterThan(spread(letters, 'l' - 'a', false));
  }

  private static double spread(ImageSet set, int label, boolean rows) {
    double total = 0;
    for (int i = 0; i < set.size(); i++) {
      if (set.label(i) == label) {
        for (int line = 0; line < 28; line++) {
          boolean ink = false;
          for (int along = 0; along < 28; along++) {
            byte pixel = rows ? set.pixel(i, 0, line, along) : set.pixel(i, 0, along, line);
            ink |= (pixel & 0xFF) > 127;
          }
          total += ink ? 1 : 0;
        }
      }
    }
    return total;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist", "usps", "mnist_m", "cifar10", "emnist-letters"})
  void whatLiesThereVerifies(String id) throws IOException {
    DataSet set = DataSets.named(id);
    Assumptions.assumeTrue(data.status(set) instanceof DataStatus.Present, id + " is not there");

    assertThat(Verification.verify(set, data)).isInstanceOf(DataStatus.Present.class);
  }

  @Test
  void fiveDigits() throws IOException {
    for (String id : FiveDigits.SETS) {
      read(id);
    }
    List<Domain> domains = FiveDigits.load(data, Seeds.root(1), FiveDigits.SAMPLES_PER_CLIENT);

    assertThat(domains).extracting(Domain::id).isEqualTo(FiveDigits.DOMAINS);
    assertThat(domains)
        .extracting(Domain::title)
        .containsExactly(
            "MNIST",
            "synthetic street digits",
            "USPS",
            "regenerated SynthDigits-style",
            "MNIST-M (subset)");
    assertThat(domains).allMatch(domain -> domain.train().size() == 743);
    assertThat(domains)
        .extracting(domain -> domain.validation().size())
        .containsExactly(1000, 800, 743, 800, 800);
    // A fifth of 51,501 + 6,501, of 10,000 and of 9,298, rounded class by class.
    assertThat(domains.get(2).test().size()).isEqualTo(9_298 - 7_438);
    assertThat(domains.get(1).test().size()).isEqualTo(2_000);
    assertThat(domains.get(0).test().size()).isBetween(11_595, 11_605);
    assertThat(domains)
        .allSatisfy(
            domain -> {
              assertThat(domain.train().shape().toArray()).containsExactly(3, 28, 28);
              assertThat(domain.train().classCounts()).doesNotContain(0);
            });
  }

  @Test
  void singleSourceSetsAsideValidation() throws IOException {
    read("usps");
    Domain usps = SingleSource.load("usps", data, Seeds.root(1));

    assertThat(usps.test().size()).isEqualTo(2_007);
    assertThat(usps.train().size() + usps.validation().size()).isEqualTo(7_291);
    assertThat(usps.validation().size()).isBetween(724, 734);
    Domain optdigits = SingleSource.load("optdigits", data, Seeds.root(1));
    assertThat(optdigits.test().size()).isBetween(354, 364);
  }
}
