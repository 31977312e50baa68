package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.training.Evaluation;
import java.io.NotSerializableException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages through Pekko's own serialization, as the configuration of this module binds it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class FederationSerializerTest {
  private ActorTestKit kit;
  private Serialization serialization;
  private FederationSerializer serializer;
  private List<Sample> samples;

  @BeforeAll
  void start() throws NotSerializableException {
    kit = RemotePair.system("serializer");
    serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
    samples = Sample.all(ActorRefResolver.get(kit.system()));
    serializer =
        (FederationSerializer) serialization.serializerFor(samples.getFirst().message().getClass());
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  Stream<Sample> samples() {
    return samples.stream();
  }

  @Test
  void whatIsCorrectWithinATaskTravelsWhereItDiffers() throws NotSerializableException {
    RoundMessage message =
        new RoundMessage.Evaluated(1, "a", Map.of("test/000", new Evaluation(9, 4, 7, 2.5)), 0.5);
    byte[] bytes = serializer.toBinary(message);
    assertThat(serializer.fromBinary(bytes, serializer.manifest(message))).isEqualTo(message);
  }

  @Test
  void aSampleOfEveryMessageIsTried() {
    Set<Class<?>> tried =
        samples.stream().map(s -> s.message().getClass()).collect(Collectors.toSet());
    assertThat(tried).isEqualTo(leaves(Wire.class).collect(Collectors.toSet()));
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(FederationSerializerTest::leaves)
        : Stream.of(type);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyMessageIsBoundAndComesBackEqual(Sample sample) throws NotSerializableException {
    assertThat(serialization.findSerializerFor(sample.message())).isSameAs(serializer);
    assertThat(serializer.manifest(sample.message())).isEqualTo(sample.manifest());
    byte[] bytes = serializer.toBinary(sample.message());
    assertThat(serializer.fromBinary(bytes, sample.manifest())).isEqualTo(sample.message());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyMessageGoesThroughTheTransportsBuffers(Sample sample) throws NotSerializableException {
    for (ByteBuffer buffer : List.of(ByteBuffer.allocate(4096), ByteBuffer.allocateDirect(4096))) {
      buffer.position(17);
      serializer.toBinary(sample.message(), buffer);
      buffer.flip().position(17);
      byte[] written = new byte[buffer.remaining()];
      buffer.duplicate().get(written);
      assertThat(written).isEqualTo(sample.bytes());
      Object read = serializer.fromBinary(buffer, sample.manifest());
      overwrite(buffer);
      assertThat(read).isEqualTo(sample.message());
    }
  }

  /** The transport uses its buffers again: nothing read may alias them. */
  private static void overwrite(ByteBuffer buffer) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0x55);
    }
  }

  @Test
  void aMessageThatExceedsTheFrameSaysSoAsPekkoExpects() {
    ByteBuffer small = ByteBuffer.allocate(8);
    assertThatThrownBy(() -> serializer.toBinary(new HostMessage.Joined("a-long-name"), small))
        .isInstanceOf(BufferOverflowException.class);
  }

  @Test
  void theReferenceOfALocalActorFindsItAgain() throws NotSerializableException {
    ActorRef<BlobSource.Command> source = kit.spawn(BlobSource.create());
    var probe = kit.<RoundMessage>createTestProbe();
    var train =
        new HostMessage.Train(1, "c", new BlobRef("b", 1, source.narrow()), "", probe.ref());
    Object read = serializer.fromBinary(serializer.toBinary(train), "train");
    assertThat(read)
        .isInstanceOfSatisfying(
            HostMessage.Train.class,
            copy -> {
              assertThat(BlobSource.isLocal(copy.weights().source())).isTrue();
              copy.replyTo().tell(new RoundMessage.Refused(1, "c", RefusalCode.DUPLICATE, ""));
            });
    assertThat(probe.receiveMessage().client()).isEqualTo("c");
  }

  @Test
  void whatIsNoWireMessageIsNotWritten() {
    assertThatThrownBy(() -> serializer.toBinary("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String is not a Wire message");
  }

  @Test
  void anotherVersionIsRefusedWithBothNumbers() {
    byte[] bytes =
        new ProtoBytes().number(1, 2).message(3, new ProtoBytes().text(1, "host-1")).done();
    assertRefused(bytes, "joined", RefusalCode.WRONG_VERSION, "has version 2", "reads version 1");
  }

  @Test
  void noVersionIsRefused() {
    byte[] bytes = new ProtoBytes().message(3, new ProtoBytes().text(1, "host-1")).done();
    assertRefused(bytes, "joined", RefusalCode.WRONG_VERSION, "has version 0");
  }

  @Test
  void aManifestThatDoesNotFitIsRefused() {
    Sample joined = sample("joined");
    assertRefused(joined.bytes(), "gone", RefusalCode.MALFORMED, "'gone'", "it is a 'joined'");
    assertRefused(joined.bytes(), "", RefusalCode.MALFORMED, "it is a 'joined'");
  }

  @Test
  void anUnknownMessageIsRefused() {
    byte[] bytes = new ProtoBytes().number(1, 1).message(99, new ProtoBytes()).done();
    assertRefused(bytes, "joined", RefusalCode.MALFORMED, "no message that is known");
  }

  @Test
  void anUnknownFieldIsPassedOver() throws NotSerializableException {
    byte[] bytes =
        new ProtoBytes()
            .number(1, 1)
            .message(3, new ProtoBytes().text(1, "host-1").text(77, "later"))
            .done();
    assertThat(serializer.fromBinary(bytes, "joined")).isEqualTo(new HostMessage.Joined("host-1"));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    ProtoBytes noBytes = new ProtoBytes().text(1, "b").text(4, Sample.REPLY_TO);
    assertRefused(in(11, noBytes), "pull", RefusalCode.MALFORMED, "at least 1");
    ProtoBytes huge =
        new ProtoBytes().text(1, "b").number(3, 0xffff_ffffL).text(4, Sample.REPLY_TO);
    assertRefused(in(11, huge), "pull", RefusalCode.MALFORMED, "4294967295", "2147483647");
    ProtoBytes offset = new ProtoBytes().text(1, "b").number(2, -1L);
    assertRefused(in(13, offset), "chunk", RefusalCode.MALFORMED, "offset is 18446744073709551615");
    ProtoBytes round = new ProtoBytes().number(1, 0x8000_0000L).number(3, 4);
    assertRefused(in(10, round), "refused", RefusalCode.MALFORMED, "a round is 2147483648");
    ProtoBytes code = new ProtoBytes().number(1, 17);
    assertRefused(in(4, code), "join-refused", RefusalCode.MALFORMED, "refusal code 17");
    assertRefused(in(4, new ProtoBytes()), "join-refused", RefusalCode.MALFORMED, "refusal code 0");
  }

  @Test
  void whatOccursTwiceOrNotAtAllIsRefused() {
    ProtoBytes fact = new ProtoBytes().text(1, "isa").text(2, "avx2");
    ProtoBytes join = new ProtoBytes().message(3, fact).message(3, fact).text(5, Sample.REPLY_TO);
    assertRefused(in(2, join), "join", RefusalCode.MALFORMED, "'isa' occurs twice");
    ProtoBytes blob = new ProtoBytes().text(1, "b").text(3, Sample.SOURCE);
    ProtoBytes evaluate =
        new ProtoBytes().message(3, blob).text(5, "test").text(5, "test").text(6, Sample.REPLY_TO);
    assertRefused(in(6, evaluate), "evaluate", RefusalCode.MALFORMED, "'test' occurs twice");
    ProtoBytes result = new ProtoBytes().text(1, "test");
    ProtoBytes evaluated = new ProtoBytes().message(3, result).message(3, result);
    assertRefused(in(9, evaluated), "evaluated", RefusalCode.MALFORMED, "'test' occurs twice");
    ProtoBytes train = new ProtoBytes().number(1, 1).text(2, "c").text(5, Sample.REPLY_TO);
    assertRefused(in(5, train), "train", RefusalCode.MALFORMED, "reference to a blob is missing");
  }

  @Test
  void whatIsNoReferenceToAnActorIsRefused() {
    for (String text :
        List.of(
            "",
            "nobody",
            "pekko://",
            "http://10.0.0.7:80/user/x",
            "http://a@10.0.0.7:80/user/x",
            "pekko://a b/user/x")) {
      ProtoBytes pull = new ProtoBytes().text(1, "b").number(3, 1).text(4, text);
      assertRefused(in(11, pull), "pull", RefusalCode.MALFORMED, "not a reference to an actor");
    }
  }

  private static byte[] in(int field, ProtoBytes body) {
    return new ProtoBytes().number(1, 1).message(field, body).done();
  }

  private Sample sample(String manifest) {
    return samples.stream().filter(s -> s.manifest().equals(manifest)).findFirst().orElseThrow();
  }

  private void assertRefused(byte[] bytes, String manifest, RefusalCode code, String... parts) {
    assertThatThrownBy(() -> serializer.fromBinary(bytes, manifest))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(code.toString())
        .cause()
        .isInstanceOfSatisfying(WireException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
