package dev.tributary.datasets.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.MissingDataException;
import dev.tributary.datasets.fetch.Verification;
import dev.tributary.engine.random.Seeds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

class OfficeCaltechTest {
  private static final int RECORD = 1 + 3 * 64 * 64;
  @TempDir Path folder;

  /** Twenty images of each of two classes a domain; the first pixel is the image's number. */
  private void records() throws IOException {
    Path own = Files.createDirectories(folder.resolve("office_caltech_10"));
    for (String domain : OfficeCaltech.DOMAINS) {
      byte[] bytes = new byte[40 * RECORD];
      for (int i = 0; i < 40; i++) {
        bytes[i * RECORD] = (byte) (i < 20 ? 1 : 8);
        bytes[i * RECORD + 1] = (byte) i;
      }
      Files.write(own.resolve(domain + "_64.bin"), bytes);
    }
  }

  private List<Domain> load(long seed, int samples, int side) throws IOException {
    DataDirectory data = new DataDirectory(folder, "--data");
    return OfficeCaltech.load(data, Seeds.root(seed), samples, side);
  }

  @Test
  void recordsAreSplitByClassAndShareNoImage() throws IOException {
    records();
    List<Domain> domains = load(1, 0, 64);

    assertThat(domains)
        .extracting(Domain::id)
        .containsExactly("amazon", "caltech10", "dslr", "webcam");
    Domain dslr = domains.get(2);
    assertThat(dslr.title()).isEqualTo("DSLR (40 images of 157)");
    // 20 a class: 16 + 4 for test, and of the 16 a fifth, 3.2, for validation.
    assertThat(counts(dslr.test())).containsExactly(4, 4);
    assertThat(counts(dslr.validation())).containsExactly(3, 3);
    assertThat(counts(dslr.train())).containsExactly(13, 13);
    List<Integer> all = new ArrayList<>();
    for (ImageSet part : List.of(dslr.train(), dslr.validation(), dslr.test())) {
      for (int i = 0; i < part.size(); i++) {
        int number = part.pixel(i, 0, 0, 0);
        assertThat(part.label(i)).isEqualTo(number < 20 ? 1 : 8);
        all.add(number);
      }
    }
    assertThat(all).doesNotHaveDuplicates().hasSize(40);
    float[] features = new float[3 * 64 * 64];
    dslr.test().read(0, features, 0);
    assertThat(features[1]).isEqualTo(-1f);
  }

  private static int[] counts(ImageSet set) {
    int[] counts = set.classCounts();
    assertThat(Arrays.stream(counts).sum()).isEqualTo(counts[1] + counts[8]);
    return new int[] {counts[1], counts[8]};
  }

  @Test
  void theSeedDecidesAndFewerSamplesAreTheFirstOfMore() throws IOException {
    records();
    ImageSet all = load(1, 0, 64).getFirst().train();
    ImageSet ten = load(1, 10, 64).getFirst().train();

    assertThat(ten.size()).isEqualTo(10);
    int[] first = new int[10];
    Arrays.setAll(first, i -> i);
    assertThat(ten.sha256()).isEqualTo(all.select(first).sha256());
    assertThat(load(2, 10, 64).getFirst().train().sha256()).isNotEqualTo(ten.sha256());
    assertThat(load(1, 10, 64).get(1).train().sha256()).isNotEqualTo(ten.sha256());
    assertThatThrownBy(() -> load(1, 27, 64))
        .hasMessage(
            "samples-per-client must be from 1 to 26 for domain amazon, or 0 for all, got 27");
  }

  @Test
  void foldersOfPicturesAreReadUnderOfficesOwnNames() throws IOException {
    for (String domain : List.of("amazon", "caltech", "dslr", "webcam")) {
      for (String label : List.of("back_pack", "laptop_computer", "mug")) {
        Path place =
            Files.createDirectories(folder.resolve("office-caltech-10/" + domain + "/" + label));
        for (int i = 0; i < 10; i++) {
          BufferedImage image = new BufferedImage(12, 9, BufferedImage.TYPE_INT_RGB);
          ImageIO.write(image, "jpg", place.resolve(i + ".jpg").toFile());
        }
      }
    }
    Domain caltech = load(1, 0, 16).get(1);

    assertThat(caltech.id()).isEqualTo("caltech10");
    assertThat(caltech.train().shape().toArray()).containsExactly(3, 16, 16);
    // backpack 0, laptop 5, mug 8; 10 a class: 2 for test, 2 of the 8 for validation.
    assertThat(caltech.test().classCounts()).containsExactly(2, 0, 0, 0, 0, 2, 0, 0, 2, 0);
    assertThat(caltech.train().classCounts()).containsExactly(6, 0, 0, 0, 0, 6, 0, 0, 6, 0);
    DataDirectory data = new DataDirectory(folder, "--data");
    assertThat(Verification.verify(DataSets.named("office-caltech-10"), data))
        .isInstanceOf(DataStatus.Present.class);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> load(1, 0, 64))
        .isInstanceOf(MissingDataException.class)
        .hasMessageContaining("Office-Caltech-10 (office-caltech-10) is not in")
        .hasMessageContaining("amazon_64.bin");
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = DataDirectory.VARIABLE,
      matches = ".+",
      disabledReason = "real data are read from the directory in TRIBUTARY_DATA, which is not set")
  void theRealFilesGiveFedBnsClients() throws IOException {
    DataDirectory data = DataDirectory.resolve(Optional.empty());
    Assumptions.assumeTrue(
        data.status(DataSets.named("office-caltech-10")) instanceof DataStatus.Present);

    List<Domain> domains = OfficeCaltech.load(data, Seeds.root(1), 62, 64);

    assertThat(domains)
        .extracting(Domain::title)
        .containsExactly("Amazon", "Caltech", "DSLR", "Webcam");
    assertThat(domains).allMatch(domain -> domain.train().size() == 62);
    // A fifth of 12 21 12 13 10 24 22 12 8 23, rounded from the training part of each class.
    assertThat(domains.get(2).test().classCounts()).containsExactly(2, 4, 2, 3, 2, 5, 4, 2, 2, 5);
  }
}
