package dev.tributary.scenarios.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryFilesTest {
  @TempDir private Path folder;

  @Test
  void safetensorsHoldEveryTensorWithItsRole() throws IOException {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("conv.weight", Role.WEIGHT, Shape.of(2, 1, 1, 2))
            .add("norm.mean", Role.NORM_RUNNING_MEAN, Shape.of(2))
            .build();
    ParameterVector weights = ParameterVector.of(layout, 1, -2.5f, 0, -0.0f, 7, Float.MIN_VALUE);
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, weights, Map.of("model", "tiny"));

    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    assertThat(length % 8).isZero();
    byte[] header = new byte[length];
    bytes.get(header);
    Map<?, ?> json = Json.object(new String(header, StandardCharsets.UTF_8));
    assertThat((Object) json.get("conv.weight"))
        .isEqualTo(
            Map.of(
                "dtype",
                "F32",
                "shape",
                List.of(2L, 1L, 1L, 2L),
                "data_offsets",
                List.of(0L, 16L)));
    assertThat((Object) json.get("norm.mean"))
        .isEqualTo(Map.of("dtype", "F32", "shape", List.of(2L), "data_offsets", List.of(16L, 24L)));
    assertThat((Object) json.get("__metadata__"))
        .isEqualTo(
            Map.of(
                "model",
                "tiny",
                "layout",
                layout.fingerprint(),
                "role.conv.weight",
                "weight",
                "role.norm.mean",
                "norm-running-mean"));
    int[] bits = new int[6];
    bytes.asIntBuffer().get(bits);
    assertThat(bits).containsExactly(0x3f800000, 0xc0200000, 0, 0x80000000, 0x40e00000, 1);
    assertThat(bytes.remaining()).isEqualTo(24);
  }

  /** One scalar of an event file. */
  private record Scalar(double time, long step, String tag, float value) {}

  @Test
  void eventFilesHoldTheCurves() throws IOException {
    TensorBoardLog.write(folder, List.of(Samples.round(1), Samples.round(200)), 1000);
    List<Scalar> scalars = decode(Files.readAllBytes(folder.resolve(TensorBoardLog.FILE)));
    assertThat(scalars.getFirst()).isEqualTo(new Scalar(1000, 0, "brain.Event:2", 0));
    assertThat(scalars)
        .contains(
            new Scalar(1002.5, 1, "accuracy_test/print", 0.51f),
            new Scalar(1002.5, 1, "accuracy_test/mean", 0.61f),
            new Scalar(1005, 200, "train/loss", 0.0075f),
            new Scalar(1005, 200, "bytes_up/payload", 4000f));
    byte[] first = Files.readAllBytes(folder.resolve(TensorBoardLog.FILE));
    TensorBoardLog.write(folder, List.of(Samples.round(1), Samples.round(200)), 1000);
    assertThat(Files.readAllBytes(folder.resolve(TensorBoardLog.FILE))).isEqualTo(first);
  }

  private static List<Scalar> decode(byte[] file) throws IOException {
    List<Scalar> scalars = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int start = in.position();
      int length = Math.toIntExact(in.getLong());
      assertThat(in.getInt()).isEqualTo(mask(crc32c(file, start, 8)));
      byte[] data = new byte[length];
      in.get(data);
      assertThat(in.getInt()).isEqualTo(mask(crc32c(data, 0, length)));
      scalars.add(event(CodedInputStream.newInstance(data)));
    }
    return scalars;
  }

  private static Scalar event(CodedInputStream in) throws IOException {
    double time = 0;
    long step = 0;
    String tag = "";
    float value = 0;
    for (int key = in.readTag(); key != 0; key = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(key)) {
        case 1 -> time = in.readDouble();
        case 2 -> step = in.readInt64();
        case 3 -> tag = in.readString();
        case 5 -> {
          CodedInputStream summary = in.readBytes().newCodedInput();
          assertThat(summary.readTag()).isEqualTo((1 << 3) | 2);
          CodedInputStream scalar = summary.readBytes().newCodedInput();
          assertThat(scalar.readTag()).isEqualTo((1 << 3) | 2);
          tag = scalar.readString();
          assertThat(scalar.readTag()).isEqualTo((2 << 3) | 5);
          value = scalar.readFloat();
        }
        default -> throw new IOException("field " + key);
      }
    }
    return new Scalar(time, step, tag, value);
  }

  /** Bit by bit, from the polynomial of RFC 3720. */
  private static int crc32c(byte[] bytes, int offset, int length) {
    int crc = -1;
    for (int i = offset; i < offset + length; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
    }
    return ~crc;
  }

  private static int mask(int crc) {
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }
}
