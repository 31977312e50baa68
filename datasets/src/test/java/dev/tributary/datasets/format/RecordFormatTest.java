package dev.tributary.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFormatTest {
  /** Coarse label, fine label, then 2 planes of 1 x 2. */
  private static final RecordLayout FINE = new RecordLayout(2, 1, 2, 1, 2, ClassRange.of(9));

  private static final byte[] TWO = {1, 8, 10, 11, 20, 21, 0, 3, 30, 31, 40, -1};

  @TempDir Path folder;

  @Test
  void filesAreReadOneAfterTheOther() throws IOException {
    Path plain = Files.write(folder.resolve("a.bin"), TWO);
    Path compressed =
        Files.write(folder.resolve("b.bin.gz"), Gzip.of(Arrays.copyOf(TWO, FINE.recordBytes())));

    ImageSet set = RecordFormat.read("set", List.of(plain, compressed), FINE);

    assertThat(set.labels()).containsExactly(8, 3, 8);
    assertThat(set.pixel(0, 1, 0, 0)).isEqualTo((byte) 20);
    assertThat(set.pixel(1, 0, 0, 1)).isEqualTo((byte) 31);
    assertThat(set.pixel(1, 1, 0, 1)).isEqualTo((byte) 255);
    assertThat(set.pixel(2, 0, 0, 0)).isEqualTo((byte) 10);
  }

  @Test
  void manyRecordsSurviveGrowth() throws IOException {
    byte[] many = new byte[1000 * 6];
    for (int i = 0; i < 1000; i++) {
      many[6 * i + 1] = (byte) (i % 9);
      many[6 * i + 5] = (byte) i;
    }
    ImageSet set =
        RecordFormat.read("set", List.of(Files.write(folder.resolve("m"), Gzip.of(many))), FINE);

    assertThat(set.size()).isEqualTo(1000);
    assertThat(set.label(999)).isEqualTo(0);
    assertThat(set.pixel(777, 1, 0, 1)).isEqualTo((byte) 777);
  }

  @Test
  void officialLayoutsHaveTheirRecordLengths() {
    assertThat(RecordLayout.CIFAR10.recordBytes()).isEqualTo(3073);
    assertThat(RecordLayout.CIFAR100_FINE.recordBytes()).isEqualTo(3074);
  }

  @Test
  void partialRecordsEmptyFilesAndWrongLabelsAreTold() throws IOException {
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(TWO, 11));
    assertThatThrownBy(() -> RecordFormat.read("set", List.of(cut), FINE))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContainingAll("byte 6", "6 bytes of record 1", "at most 5 more");
    Path cutInside = Files.write(folder.resolve("cut.gz"), Gzip.of(Arrays.copyOf(TWO, 11)));
    assertThatThrownBy(() -> RecordFormat.read("set", List.of(cutInside), FINE))
        .hasMessageContaining("6 bytes of record 1, found the end of the file after 5");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> RecordFormat.read("set", List.of(empty), FINE))
        .hasMessageContaining("at least one record, found an empty file");
    Path wrong = Files.write(folder.resolve("wrong"), new byte[] {0, 9, 1, 1, 1, 1});
    assertThatThrownBy(() -> RecordFormat.read("set", List.of(wrong), FINE))
        .hasMessageContaining("record 0: expected a label from 0 to 8, found 9");
  }
}
