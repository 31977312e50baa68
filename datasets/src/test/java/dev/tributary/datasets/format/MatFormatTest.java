package dev.tributary.datasets.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.ImageSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatFormatTest {
  private static final int DOUBLE = 6;
  private static final int UINT8 = 9;
  private static final int UINT32 = 13;
  @TempDir Path folder;

  private Path file(byte... bytes) throws IOException {
    return Files.write(folder.resolve("a.mat"), bytes);
  }

  private static MatBytes little() {
    return new MatBytes(ByteOrder.LITTLE_ENDIAN);
  }

  private static MatArray read(Path file, String name) throws IOException {
    return Objects.requireNonNull(MatFormat.read(file, Set.of(name)).get(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
  void bothByteOrdersAndBothFormsOfAVariableAreRead(String name) throws IOException {
    ByteOrder order = name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    MatBytes mat = new MatBytes(order);
    byte[] doubles = ByteBuffer.allocate(16).order(order).putDouble(2.5).putDouble(-1e300).array();
    // Doubles that happen to be small whole numbers are stored as bytes, here three of them.
    byte[] narrow =
        mat.variable("narrow", DOUBLE, new int[] {3, 1}, 2, (byte) 7, (byte) 0, (byte) 255);
    Path file =
        file(
            mat.plain(mat.variable("skipped", 4, new int[] {1, 5}, 4, new byte[10]))
                .plain(mat.variable("wide", DOUBLE, new int[] {1, 2}, 9, doubles))
                .compressed(narrow)
                .plain(mat.variable("large", UINT32, new int[] {1, 1}, 6, mat.ints(-2)))
                .bytes());

    Map<String, MatArray> found = MatFormat.read(file, Set.of("wide", "narrow", "large"));

    assertThat(found).containsOnlyKeys("wide", "narrow", "large");
    assertThat(read(file, "wide").at(0)).isEqualTo(2.5);
    assertThat(read(file, "wide").at(1)).isEqualTo(-1e300);
    assertThat(read(file, "narrow").shape().toArray()).containsExactly(3, 1);
    assertThat(read(file, "narrow").at(2)).isEqualTo(255);
    assertThat(read(file, "large").at(0)).isEqualTo(4_294_967_294.0);
  }

  @ParameterizedTest
  @CsvSource({"1, -2, 254", "2, 254, 0", "3, -2, 255", "4, 65534, 255"})
  void typesHaveTheirSigns(int type, double value, int second) throws IOException {
    byte[] numbers = type <= 2 ? new byte[] {(byte) 254} : new byte[] {(byte) 254, (byte) second};
    Path file =
        file(
            little()
                .plain(little().variable("v", DOUBLE, new int[] {1, 1}, type, numbers))
                .bytes());
    assertThat(read(file, "v").at(0)).isEqualTo(value);
  }

  @Test
  void everyCutIsToldWithoutAnythingButAnError() throws IOException {
    MatBytes mat = little();
    byte[] variable = mat.variable("v", UINT8, new int[] {4, 5}, 2, new byte[20]);
    byte[] plain = little().plain(variable).bytes();
    byte[] compressed = little().compressed(variable).bytes();
    for (byte[] whole : new byte[][] {plain, compressed}) {
      // The padding after the last numbers may be missing.
      for (int length = 0; length < whole.length - 4; length++) {
        Path cut = file(Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> MatFormat.read(cut, Set.of("v")))
            .as("%d of %d bytes", length, whole.length)
            .isInstanceOf(DataFormatException.class)
            .hasMessageContaining("a.mat");
      }
      assertThat(read(file(whole), "v").shape().size()).isEqualTo(20);
    }
  }

  @Test
  void otherFilesAndOtherVariablesAreNamed() throws IOException {
    byte[] hdf = new byte[200];
    hdf[125] = 2;
    hdf[126] = 'I';
    hdf[127] = 'M';
    Path version73 = file(hdf);
    assertThatThrownBy(() -> MatFormat.read(version73, Set.of("v")))
        .hasMessageContainingAll("byte 124", "00 02 49 4d", "save with -v7");
    MatBytes mat = little();
    Path missing =
        file(little().plain(mat.variable("w", UINT8, new int[] {1, 1}, 2, (byte) 1)).bytes());
    assertThatThrownBy(() -> MatFormat.read(missing, Set.of("v")))
        .hasMessageContaining("expected a variable v, found none of that name");
    Path text =
        file(little().plain(mat.variable("v", 4, new int[] {1, 1}, 4, new byte[2])).bytes());
    assertThatThrownBy(() -> MatFormat.read(text, Set.of("v")))
        .hasMessageContaining("v to be a real numeric array, found an array of class 4");
    Path complex =
        file(
            little()
                .plain(mat.variable("v", UINT8 | 0x800, new int[] {1, 1}, 2, (byte) 1))
                .bytes());
    assertThatThrownBy(() -> MatFormat.read(complex, Set.of("v"))).hasMessageContaining("complex");
    Path lying =
        file(little().plain(mat.variable("v", UINT8, new int[] {9, 9}, 2, new byte[9])).bytes());
    assertThatThrownBy(() -> MatFormat.read(lying, Set.of("v")))
        .hasMessageContaining("81 bytes for v [9, 9], found 9 bytes");
    Path huge =
        file(
            little()
                .plain(mat.variable("v", UINT8, new int[] {1 << 20, 1 << 20}, 2, (byte) 1))
                .bytes());
    assertThatThrownBy(() -> MatFormat.read(huge, Set.of("v"))).hasMessageContaining("2^31");
  }

  /** Two images of 2 rows and 3 columns: the first axis is the fastest, then columns. */
  @Test
  void streetNumbersStandUprightAndTenIsZero() throws IOException {
    byte[] pixels = new byte[36];
    for (int i = 0; i < 36; i++) {
      pixels[i] = (byte) i;
    }
    MatBytes mat = little();
    Path file =
        file(
            little()
                .compressed(mat.variable("X", UINT8, new int[] {2, 3, 3, 2}, 2, pixels))
                .compressed(mat.variable("y", DOUBLE, new int[] {2, 1}, 2, (byte) 10, (byte) 3))
                .bytes());

    ImageSet set = StreetNumbers.read("SVHN", file);

    assertThat(set.labels()).containsExactly(0, 3);
    assertThat(set.shape().toArray()).containsExactly(3, 2, 3);
    assertThat(set.pixel(0, 0, 1, 0)).isEqualTo((byte) 1);
    assertThat(set.pixel(0, 0, 0, 1)).isEqualTo((byte) 2);
    assertThat(set.pixel(0, 1, 0, 0)).isEqualTo((byte) 6);
    assertThat(set.pixel(1, 2, 1, 2)).isEqualTo((byte) 35);
    Path zero =
        file(
            little()
                .plain(mat.variable("X", UINT8, new int[] {2, 3, 3, 2}, 2, pixels))
                .plain(mat.variable("y", DOUBLE, new int[] {2, 1}, 2, (byte) 1, (byte) 0))
                .bytes());
    assertThatThrownBy(() -> StreetNumbers.read("SVHN", zero))
        .hasMessageContaining("y of image 1: expected a label from 1 to 10, found 0");
  }

  /** Sums as SciPy's reader has them. */
  @ParameterizedTest
  @CsvSource({
    "amazon, 958, 152852, 5353",
    "caltech10, 1123, 251090, 5852",
    "dslr, 157, 26900, 888",
    "webcam, 295, 48033, 1671"
  })
  @EnabledIfEnvironmentVariable(
      named = DataDirectory.VARIABLE,
      matches = ".+",
      disabledReason = "real data are read from the directory in TRIBUTARY_DATA, which is not set")
  void filesThatMatlabWrote(String name, int rows, double features, double labels)
      throws IOException {
    DataDirectory data = DataDirectory.resolve(Optional.empty());
    Path file = data.folder("office_caltech_10").resolve("surf/" + name + ".mat");
    Assumptions.assumeTrue(Files.exists(file), file + " is not there");

    MatArray fts = read(file, "fts");
    assertThat(fts.shape().toArray()).containsExactly(rows, 800);
    assertThat(sum(fts)).isEqualTo(features);
    assertThat(sum(read(file, "labels"))).isEqualTo(labels);
    double third = 0;
    for (int column = 0; column < 800; column++) {
      third += fts.at(3 + rows * column);
    }
    assertThat(third)
        .isEqualTo(
            Map.of("amazon", 107.0, "caltech10", 167.0, "dslr", 166.0, "webcam", 63.0).get(name));
  }

  private static double sum(MatArray array) {
    double sum = 0;
    for (int i = 0; i < array.shape().size(); i++) {
      sum += array.at(i);
    }
    return sum;
  }
}
