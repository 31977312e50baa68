package dev.tributary.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.ImageSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes are those that numpy 2.4 writes: version 1, a header of 118 bytes. */
class NpyFormatTest {
  @TempDir Path folder;

  private static byte[] npy(String descriptor, String order, String shape, int... data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 0x76, 0});
    String header =
        "{'descr': '" + descriptor + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    out.writeBytes(
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
    for (int b : data) {
      out.write(b);
    }
    return out.toByteArray();
  }

  private Path file(byte... bytes) throws IOException {
    return Files.write(folder.resolve("array.npy"), bytes);
  }

  @Test
  void everyTypeIsReadLittleEndian() throws IOException {
    assertThat(NpyFormat.read(file(npy("|u1", "False", "(1, 3)", 1, 2, 255))).toLongs())
        .containsExactly(1, 2, 255);
    NpyArray longs =
        NpyFormat.read(
            file(
                npy(
                    "<i8", "False", "(2,)", 0xf9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0,
                    0, 0, 1, 0, 0)));
    assertThat(longs.toLongs()).containsExactly(-7, 1L << 40);
    assertThat(longs.shape().toArray()).containsExactly(2);
    assertThat(NpyFormat.read(file(npy("<i4", "False", "(1,)", 0xfe, 0xff, 0xff, 0xff))).toLongs())
        .containsExactly(-2);
    NpyArray scalar = NpyFormat.read(file(npy("<f4", "False", "()", 0, 0, 0xc0, 0x3f)));
    assertThat(scalar.toFloats()).containsExactly(1.5f);
    assertThat(scalar.shape().rank()).isZero();
    assertThatThrownBy(scalar::toLongs).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void archivesGiveArraysByName() throws IOException {
    Path archive = folder.resolve("set.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(npy("|u1", "False", "(2, 1, 1, 3)", 1, 2, 3, 4, 5, 6));
      zip.putNextEntry(new ZipEntry("y.npy"));
      zip.write(npy("|u1", "False", "(2, 1)", 1, 0));
    }

    Map<String, NpyArray> arrays = NpyFormat.readArchive(archive);
    NpyArray x = Objects.requireNonNull(arrays.get("x"));
    NpyArray y = Objects.requireNonNull(arrays.get("y"));
    ImageSet set = NpyFormat.images("set", archive, x, y, ClassRange.of(2));

    assertThat(arrays).containsOnlyKeys("x", "y");
    assertThat(set.labels()).containsExactly(1, 0);
    assertThat(set.shape().toArray()).containsExactly(3, 1, 1);
    assertThat(set.pixel(1, 2, 0, 0)).isEqualTo((byte) 6);
    assertThatThrownBy(() -> NpyFormat.images("set", archive, y, y, ClassRange.of(2)))
        .hasMessageContaining("the images' array: expected u1 [N, H, W]");
  }

  private void expect(byte[] bytes, String... parts) throws IOException {
    Path file = file(bytes);
    assertThatThrownBy(() -> NpyFormat.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void whatIsNotReadIsRefusedByName() throws IOException {
    expect(npy("|O", "False", "(1,)", 0), "a type out of |u1, <i4, <i8, <f4, found '|O'");
    expect(npy(">i4", "False", "(1,)", 0, 0, 0, 1), "found '>i4'");
    expect(npy("|u1", "True", "(1, 1)", 0), "C order", "ascontiguousarray");
    expect(npy("|u1", "False", "(2,)", 1), "2 bytes of data [2], found a file", "at most 1 more");
    expect(npy("|u1", "False", "(1,)", 1, 2), "the end of the file");
    expect(npy("|u1", "False", "(9999999999,)", 1), "fewer than 2^31 elements");
    expect(npy("|u1", "False", "(100000, 100000)", 1), "fewer than 2^31 elements");
    expect(npy("|u1", "False", "(-1,)", 1), "the field 'shape'");
    expect("no array".getBytes(StandardCharsets.US_ASCII), "93 NUMPY");
    Path noZip = file(npy("|u1", "False", "(1,)", 1));
    assertThatThrownBy(() -> NpyFormat.readArchive(noZip))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("a zip of arrays");
  }
}
