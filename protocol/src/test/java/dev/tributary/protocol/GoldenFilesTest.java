package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files of version 1 stay readable, and today's writer still makes them, byte by byte. A test
 * that fails here means that other releases cannot read what this one writes: raise the version and
 * add files, never change these.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class GoldenFilesTest {
  private ActorTestKit kit;
  private FederationSerializer serializer;
  private List<Sample> samples;

  @BeforeAll
  void start() throws NotSerializableException {
    kit = RemotePair.system("golden");
    samples = Sample.all(ActorRefResolver.get(kit.system()));
    serializer =
        (FederationSerializer)
            SerializationExtension.get(Adapter.toClassic(kit.system()))
                .serializerFor(HostMessage.Joined.class);
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  Stream<Sample> samples() {
    return samples.stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void messages(Sample sample) throws IOException {
    byte[] golden = golden(sample.manifest());
    assertThat(serializer.toBinary(sample.message())).isEqualTo(golden);
    assertThat(serializer.fromBinary(golden, sample.manifest())).isEqualTo(sample.message());
  }

  @Test
  void tensors() throws IOException, WireException {
    ByteString fp32 = ByteString.copyFrom(golden("tensor-fp32"));
    assertThat(TensorCodec.encode(TensorSamples.FP32, TensorCodec.Encoding.FP32)).isEqualTo(fp32);
    assertThat(TensorCodec.decode(fp32, TensorSamples.LAYOUT, fp32.size()))
        .isEqualTo(TensorSamples.FP32);
    ByteString fp16 = ByteString.copyFrom(golden("tensor-fp16"));
    assertThat(TensorCodec.encode(TensorSamples.FP16, TensorCodec.Encoding.FP16)).isEqualTo(fp16);
    assertThat(TensorCodec.decode(fp16, TensorSamples.LAYOUT, fp16.size()))
        .isEqualTo(TensorSamples.FP16);
  }

  @ParameterizedTest
  @CsvSource({"INT8, 127", "INT6, 31", "INT4, 7"})
  void deltasInCodes(TensorCodec.Encoding encoding, int largest) throws IOException, WireException {
    ByteString file = ByteString.copyFrom(golden("tensor-" + Names.of(encoding)));
    ParameterVector delta = TensorSamples.coded(largest);
    assertThat(TensorCodec.encode(delta, encoding)).isEqualTo(file);
    assertThat(TensorCodec.decode(file, TensorSamples.MIXED, file.size())).isEqualTo(delta);
  }

  private static byte[] golden(String name) throws IOException {
    String file = "/golden/v1-" + name + ".bin";
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream(file)) {
      return Objects.requireNonNull(in, () -> file + " is missing").readAllBytes();
    }
  }

  /**
   * How the files were made: by {@link ProtoBytes}, which knows nothing of the code under test.
   *
   * @param args the directory to write to
   */
  public static void main(String[] args) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    ActorTestKit kit = RemotePair.system("golden");
    try {
      Sample.all(ActorRefResolver.get(kit.system()))
          .forEach(sample -> files.put(sample.manifest(), sample.bytes()));
    } finally {
      kit.shutdownTestKit();
    }
    files.put("tensor-fp32", TensorSamples.fp32Blob());
    files.put("tensor-fp16", TensorSamples.fp16Blob());
    files.put("tensor-int8", TensorSamples.codedBlob(3, TensorSamples.INT8_PAYLOAD));
    files.put("tensor-int6", TensorSamples.codedBlob(4, TensorSamples.INT6_PAYLOAD));
    files.put("tensor-int4", TensorSamples.codedBlob(5, TensorSamples.INT4_PAYLOAD));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(Path.of(args[0], "v1-" + file.getKey() + ".bin"), file.getValue());
    }
  }
}
