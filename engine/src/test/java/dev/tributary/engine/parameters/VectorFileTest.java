package dev.tributary.engine.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.engine.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFileTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("dense.weight", Role.WEIGHT, Shape.of(2, 2))
          .add("norm.mean", Role.NORM_RUNNING_MEAN, Shape.of(2))
          .build();

  /** Ordinary values, both zeros, the smallest and largest, infinities, three kinds of NaN. */
  private static final int[] BITS = {
    0x3f800000, 0x80000000, 0x00000001, 0xff7fffff, 0x7f800000, 0x7fc00001
  };

  private static final int[] NAN_BITS = {
    0xffc12345, 0x7f800001, 0xff800000, 0x00000000, 0x7fffffff, 0x80000001
  };

  @TempDir private Path folder;

  private static ParameterVector vector(int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int bit : bits) {
      bytes.putInt(bit);
    }
    return ParameterVector.read(LAYOUT, bytes.flip());
  }

  private static ByteBuffer bytes(ParameterVector vector) {
    return ByteBuffer.wrap(vector.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void keepsEveryBitAndEveryFact() throws IOException {
    for (int[] bits : new int[][] {BITS, NAN_BITS}) {
      Path file = folder.resolve("new/folders/a.state");
      VectorFile.write(file, Map.of("client", "a=b", "empty", "", "täg", "ü\t"), vector(bits));
      VectorFile read = VectorFile.read(file, LAYOUT);
      ByteBuffer found = bytes(read.vector());
      for (int bit : bits) {
        assertThat(found.getInt()).isEqualTo(bit);
      }
      assertThat(read.facts())
          .containsOnly(
              Map.entry("client", "a=b"),
              Map.entry("empty", ""),
              Map.entry("täg", "ü\t"),
              Map.entry("layout", LAYOUT.fingerprint()));
    }
  }

  @Test
  void theFormatIsWhatItsDescriptionSays() throws Exception {
    Path file = folder.resolve("a.state");
    VectorFile.write(file, Map.of("round", "7", "client", "x"), vector(BITS));
    ByteBuffer payload = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int bit : BITS) {
      payload.putInt(bit);
    }
    assertThat(Files.readAllBytes(file))
        .isEqualTo(
            sealed(
                "TRIBUTARY-VECTOR 1\nclient=x\nlayout=" + LAYOUT.fingerprint() + "\nround=7\n\n",
                payload.array()));
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    Path file = folder.resolve("a.state");
    VectorFile.write(file, Map.of("round", "7"), vector(BITS));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatIOException()
          .as("%d of %d bytes", length, whole.length)
          .isThrownBy(() -> VectorFile.read(file, LAYOUT))
          .withMessageContaining(file.toString())
          .withMessageContaining("damaged");
    }
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    Path file = folder.resolve("a.state");
    VectorFile.write(file, Map.of("round", "7"), vector(BITS));
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, flipped);
      assertThatIOException()
          .as("bit %d", bit)
          .isThrownBy(() -> VectorFile.read(file, LAYOUT))
          .withMessageContaining("damaged");
    }
  }

  @Test
  void anotherLayoutIsRefusedWithBothNames() throws IOException {
    Path file = folder.resolve("a.state");
    VectorFile.write(file, Map.of(), vector(BITS));
    ParameterLayout other =
        ParameterLayout.builder().add("dense.weight", Role.WEIGHT, Shape.of(6)).build();
    assertThat(other.size()).isEqualTo(LAYOUT.size());
    assertThatIOException()
        .isThrownBy(() -> VectorFile.read(file, other))
        .withMessageContaining(LAYOUT.fingerprint())
        .withMessageContaining(other.fingerprint());
  }

  /** Whole by checksum, so that only the reading of the content itself can refuse them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TRIBUTARY-VECTOR 1",
        "TRIBUTARY-VECTOR 1\n",
        "TRIBUTARY-VECTOR 1\nround=1",
        "TRIBUTARY-VECTOR 1\nround=1\n",
        "TRIBUTARY-VECTOR 1\nno equals sign\n\n",
        "TRIBUTARY-VECTOR 1\n\n",
        "TRIBUTARY-VECTOR 2\n\n"
      })
  void aHeaderThatIsNotOneIsAnIoExceptionThatNamesTheFile(String header) throws Exception {
    Path file = folder.resolve("strange.state");
    Files.write(file, sealed(header, new byte[0]));
    assertThatIOException()
        .isThrownBy(() -> VectorFile.read(file, LAYOUT))
        .withMessageContaining("strange.state");
  }

  @Test
  void factsMustFitInALine() {
    Path file = folder.resolve("a.state");
    for (Map<String, String> bad :
        java.util.List.of(Map.of("a=b", "c"), Map.of("a\nb", "c"), Map.of("a", "b\nc"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> VectorFile.write(file, bad, vector(BITS)));
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void theOldFileSurvivesAWriteThatFails() throws IOException {
    Path file = folder.resolve("a.state");
    VectorFile.write(file, Map.of("round", "1"), vector(BITS));
    // A folder in place of the temporary file: it cannot be opened for writing.
    Path inTheWay = folder.resolve("a.state.tmp");
    Files.createDirectory(inTheWay);
    assertThatIOException()
        .isThrownBy(() -> VectorFile.write(file, Map.of("round", "2"), vector(NAN_BITS)));
    VectorFile survivor = VectorFile.read(file, LAYOUT);
    assertThat(survivor.facts()).containsEntry("round", "1");
    assertThat(bytes(survivor.vector()).getInt()).isEqualTo(BITS[0]);
    Files.delete(inTheWay);
    VectorFile.write(file, Map.of("round", "2"), vector(NAN_BITS));
    assertThat(VectorFile.read(file, LAYOUT).facts()).containsEntry("round", "2");
    try (var files = Files.list(folder)) {
      assertThat(files).as("no temporary file is left").containsExactly(file);
    }
  }

  @Test
  void aHalfWrittenTemporaryFileOfAKilledProcessIsReplaced() throws IOException {
    Path file = folder.resolve("a.state");
    Files.write(folder.resolve("a.state.tmp"), new byte[100_000]);
    VectorFile.write(file, Map.of(), vector(BITS));
    assertThat(VectorFile.read(file, LAYOUT).vector().sha256()).isEqualTo(vector(BITS).sha256());
  }

  private static byte[] sealed(String header, byte[] payload) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(header.getBytes(StandardCharsets.UTF_8));
    all.write(payload);
    all.write(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
    return all.toByteArray();
  }
}
