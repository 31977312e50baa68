package dev.tributary.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFormatTest {
  /** Two images of 2 rows and 3 columns. */
  private static final byte[] IMAGES = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, //
    1, 2, 3, 4, 5, 6, //
    7, 8, 9, 10, 11, -1
  };

  private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 2, 1};

  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void write() throws IOException {
    images = Files.write(folder.resolve("images"), IMAGES);
    labels = Files.write(folder.resolve("labels"), LABELS);
  }

  private void expectImages(Path file, String... parts) {
    assertThatThrownBy(() -> IdxFormat.images("set", file, labels, ClassRange.of(3), false))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("fetch it again");
  }

  @Test
  void imagesAndLabelsComeInOrder() throws IOException {
    ImageSet set = IdxFormat.images("set", images, labels, ClassRange.of(3), false);

    assertThat(set.shape()).isEqualTo(Shape.of(1, 2, 3));
    assertThat(set.labels()).containsExactly(2, 1);
    assertThat(set.pixel(0, 0, 0, 2)).isEqualTo((byte) 3);
    assertThat(set.pixel(0, 0, 1, 0)).isEqualTo((byte) 4);
    assertThat(set.pixel(1, 0, 1, 2)).isEqualTo((byte) 255);
  }

  /** Labels [2, 3]: the class, then two other numbers, one of them no class at all. */
  @Test
  void ofSeveralNumbersTheFirstIsTheClass() throws IOException {
    byte[] table = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 2, 7, 0, 1, 9, 1};
    Path columns = Files.write(folder.resolve("columns"), table);

    assertThat(IdxFormat.images("set", images, columns, ClassRange.of(3), false).labels())
        .containsExactly(2, 1);
  }

  @Test
  void gzipIsKnownByItsFirstBytesNotByTheName() throws IOException {
    Path compressed = Files.write(folder.resolve("images.raw"), Gzip.of(IMAGES));

    assertThat(IdxFormat.images("set", compressed, labels, ClassRange.of(3), false).sha256())
        .isEqualTo(IdxFormat.images("set", images, labels, ClassRange.of(3), false).sha256());
  }

  @Test
  void transposedImagesAreTurned() throws IOException {
    ImageSet set = IdxFormat.images("set", images, labels, new ClassRange(2, 1), true);

    assertThat(set.shape()).isEqualTo(Shape.of(1, 3, 2));
    assertThat(set.pixel(0, 0, 2, 0)).isEqualTo((byte) 3);
    assertThat(set.pixel(0, 0, 0, 1)).isEqualTo((byte) 4);
    assertThat(set.labels()).containsExactly(1, 0);
  }

  @Test
  void colorIsLastInTheFileAndFirstInTheSet() throws IOException {
    byte[] color = {
      0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, //
      10, 20, 30, 11, 21, 31
    };
    Path file = Files.write(folder.resolve("color"), color);
    Path one = Files.write(folder.resolve("one"), new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 0});

    ImageSet set = IdxFormat.images("set", file, one, ClassRange.of(1), false);

    assertThat(set.shape()).isEqualTo(Shape.of(3, 1, 2));
    assertThat(set.pixel(0, 0, 0, 1)).isEqualTo((byte) 11);
    assertThat(set.pixel(0, 1, 0, 0)).isEqualTo((byte) 20);
    assertThat(set.pixel(0, 2, 0, 1)).isEqualTo((byte) 31);
  }

  @Test
  void aTruncatedFileIsNamedWithTheMissingLength() throws IOException {
    Path file = Files.write(folder.resolve("short"), Arrays.copyOf(IMAGES, IMAGES.length - 1));
    expectImages(file, "byte 16", "12 bytes of data [2, 2, 3]", "at most 11 more");

    Path compressed =
        Files.write(folder.resolve("z"), Gzip.of(Arrays.copyOf(IMAGES, IMAGES.length - 1)));
    expectImages(compressed, "byte 16", "12 bytes of data", "end of the file after 11");
  }

  @Test
  void aHeaderThatClaimsGigabytesAllocatesNothing() throws IOException {
    byte[] liar = IMAGES.clone();
    liar[4] = 0x08; // 2^27 images of 6 bytes, fewer than 2^31 bytes
    liar[7] = 0;
    expectImages(
        Files.write(folder.resolve("liar"), liar), "805306368 bytes", "hold at most 12 more");
    expectImages(
        Files.write(folder.resolve("zipped"), Gzip.of(liar)), "805306368 bytes", "at most");
    liar[4] = 0x7f;
    expectImages(Files.write(folder.resolve("more"), liar), "fewer than 2^31 elements");
    liar[4] = (byte) 0x80;
    expectImages(Files.write(folder.resolve("negative"), liar), "byte 4", "length >= 1");
  }

  @Test
  void damagedCompressionIsTold() throws IOException {
    byte[] compressed = Gzip.of(IMAGES);
    expectImages(
        Files.write(folder.resolve("cut"), Arrays.copyOf(compressed, compressed.length - 9)),
        "whole compressed data");
    byte[] flipped = compressed.clone();
    flipped[compressed.length - 8] ^= 1; // the CRC
    expectImages(Files.write(folder.resolve("crc"), flipped), "whole compressed data", "trailer");
    expectImages(
        Files.write(folder.resolve("head"), Arrays.copyOf(compressed, 5)), "whole gzip header");
  }

  @Test
  void wrongMagicTrailingBytesAndExchangedFilesAreTold() throws IOException {
    byte[] wrong = IMAGES.clone();
    wrong[2] = 13;
    expectImages(Files.write(folder.resolve("type"), wrong), "byte 0", "00 00 08", "00 00 0d");
    wrong[2] = 8;
    wrong[3] = 5;
    expectImages(Files.write(folder.resolve("rank"), wrong), "byte 3", "1 to 4 axes", "found 5");
    expectImages(
        Files.write(folder.resolve("long"), Arrays.copyOf(IMAGES, IMAGES.length + 1)),
        "the end of the file",
        "more bytes");
    expectImages(Files.write(folder.resolve("empty"), new byte[0]), "4 bytes of the IDX header");

    assertThatThrownBy(() -> IdxFormat.images("set", labels, labels, ClassRange.of(3), false))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("not exchanged");
  }

  @Test
  void labelsMustFitTheImagesAndTheClasses() throws IOException {
    assertThatThrownBy(() -> IdxFormat.images("set", images, labels, ClassRange.of(2), false))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("record 0: expected a label from 0 to 1, found 2");
    Path three = Files.write(folder.resolve("three"), new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 0, 0, 0});
    assertThatThrownBy(() -> IdxFormat.images("set", images, three, ClassRange.of(2), false))
        .hasMessageContaining("labels [2], one for each image of images, found [3]");
  }
}
