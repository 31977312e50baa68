package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireSize.Sizes;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class WireSizeTest {
  private ActorTestKit kit;

  @BeforeAll
  void start() {
    kit = RemotePair.system("size");
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void theFieldsOfAMessageAreMetadataAndItsEnvelopeIsFraming() {
    // host: 1 tag + 1 length + 6 characters; envelope: 2 for the version, 2 around the message.
    assertThat(WireSize.of(new HostMessage.Joined("host-1"))).isEqualTo(new Sizes(0, 8, 4));
    // round 2, client 2 + 1, code 2, message 2 + 3.
    assertThat(WireSize.of(new RoundMessage.Refused(3, "c", RefusalCode.DUPLICATE, "why")))
        .isEqualTo(new Sizes(0, 12, 4));
  }

  @Test
  void theBytesOfAChunkArePayloadAndTheRestIsFraming() {
    // id 2 + 1, offset 0 is not written, data 2 + 100; message 2, version 2.
    assertThat(WireSize.of(new BlobCommand.Chunk("b", 0, ByteString.copyFrom(new byte[100]))))
        .isEqualTo(new Sizes(100, 0, 9));
    assertThat(WireSize.of(new BlobCommand.Release("b"))).isEqualTo(new Sizes(0, 0, 7));
  }

  @Test
  void aReferenceCountsTheSameWhereverItsActorIs() {
    ActorRef<BlobCommand.BlobReply> local = kit.<BlobCommand.BlobReply>createTestProbe().ref();
    ActorRef<BlobCommand.BlobReply> remote =
        ActorRefResolver.get(kit.system()).resolveActorRef(Sample.REPLY_TO);
    // id 2 + 1, length 2, reference 2 + 64; message 2, version 2.
    Sizes expected = new Sizes(0, 0, 75);
    assertThat(WireSize.of(new BlobCommand.Pull("b", 0, 100, local))).isEqualTo(expected);
    assertThat(WireSize.of(new BlobCommand.Pull("b", 0, 100, remote))).isEqualTo(expected);
  }

  @Test
  void aBlobIsCountedByItsChunks() {
    ActorRef<BlobCommand> source = kit.<BlobCommand>createTestProbe().ref();
    // Chunks of 196,608 bytes at 0 and at 196,608, and one of 10 at 393,216.
    Sizes sizes = WireSize.blob(new BlobRef("b", 2 * 196_608 + 10, source), 2 * 196_608 - 30);
    assertThat(sizes.payload()).isEqualTo(2 * 196_608 - 30);
    assertThat(sizes.metadata()).isEqualTo(40);
    // Pulls: version 2, message 2, id 3, offset 0 / 4 / 4, length 4 / 4 / 2, reference 66.
    // Chunks: version 2, message 4 / 4 / 2, id 3, offset 0 / 4 / 4, data 4 / 4 / 2. Release: 7.
    long pulls = (2 + 2 + 3 + 4 + 66) + (2 + 2 + 3 + 4 + 4 + 66) + (2 + 2 + 3 + 4 + 2 + 66);
    long chunks = (2 + 4 + 3 + 4) + (2 + 4 + 3 + 4 + 4) + (2 + 2 + 3 + 4 + 2);
    assertThat(sizes.framing()).isEqualTo(pulls + chunks + 7);
    assertThat(sizes.total()).isEqualTo(2 * 196_608 + 10 + pulls + chunks + 7);
  }

  @Test
  void aPayloadLargerThanTheBlobIsAMistake() {
    ActorRef<BlobCommand> source = kit.<BlobCommand>createTestProbe().ref();
    assertThatThrownBy(() -> WireSize.blob(new BlobRef("b", 10, source), 11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("blob b", "10", "11");
  }

  /** The whole answer of a client: its report, the blob and what carries it. */
  @ParameterizedTest
  @CsvSource({"lite-cnn, 28", "digit-cnn, 28", "resnet-20, 32", "lenet, 28"})
  void sixBitsAreAtMostAFifthOfFp32(String name, int side) {
    ModelOptions options = ModelOptions.from(MapSettings.of(Map.of("name", name)));
    ParameterLayout layout =
        ModelCatalog.build(options, ModelFilling.BATCH_NORM, Shape.of(3, side, side), 10).layout();
    ActorRef<BlobCommand> source = kit.<BlobCommand>createTestProbe().ref();
    double share = up(layout, Encoding.INT6, source) / up(layout, Encoding.FP32, source);
    assertThat(share).isBetween(6 / 32.0, 0.2);
    // Of the weights' own bytes, too.
    assertThat(up(layout, Encoding.INT6, source)).isLessThanOrEqualTo(0.2 * 4 * layout.size());
  }

  private static double up(
      ParameterLayout layout, Encoding encoding, ActorRef<BlobCommand> source) {
    BlobRef delta =
        new BlobRef(
            "delta-of-client-1-in-round-17", TensorCodec.blobBytes(layout, encoding), source);
    RoundMessage.Updated update =
        new RoundMessage.Updated(
            17, "client-1", 300, 300, 10, 0.5, 0.25, 1.5, "ab".repeat(32), delta);
    return WireSize.of(update)
        .plus(WireSize.blob(delta, TensorCodec.payloadBytes(layout, encoding)))
        .total();
  }

  @Test
  void sizesAdd() {
    assertThat(new Sizes(1, 2, 3).plus(new Sizes(10, 20, 30))).isEqualTo(new Sizes(11, 22, 33));
    assertThat(Sizes.NONE.plus(new Sizes(1, 2, 3))).isEqualTo(new Sizes(1, 2, 3));
    assertThat(new Sizes(1, 2, 3).total()).isEqualTo(6);
  }
}
