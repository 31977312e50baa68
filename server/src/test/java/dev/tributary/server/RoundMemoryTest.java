package dev.tributary.server;

import static dev.tributary.server.RoundBench.LONG;
import static dev.tributary.server.RoundBench.update;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tributary.protocol.BlobCommand;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.server.RoundOutcome.Complete;
import dev.tributary.server.RoundOutcome.Partial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many deltas a round holds at once, and that it leaves none with its source. */
class RoundMemoryTest {
  /** So large that a round takes its smallest number of deltas at once, which is 4. */
  private static final long LARGE = 64L << 20;

  private static final int CLIENTS = 7;

  private static ActorTestKit kit;
  private static ServerWork work;
  private RoundBench bench;
  private TestProbe<BlobCommand> source;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(RoundBench.SERIALIZED);
    work = new ServerWork();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
    work.close();
  }

  @BeforeEach
  void bench() {
    bench = new RoundBench(kit, work).maxBlobBytes(LARGE);
    source = kit.createTestProbe(BlobCommand.class);
  }

  @AfterEach
  void stopSource() {
    source.stop();
  }

  private BlobRef delta(String id) {
    return new BlobRef(id, blob().size(), source.getRef());
  }

  private static ByteString blob() {
    return TensorCodec.encode(Fixtures.weights(1, 2, 3, 4), Encoding.FP32);
  }

  /** All clients offer a delta of the silent source. */
  private void offerAll(double quorum, Duration deadline) {
    for (int i = 0; i < CLIENTS; i++) {
      bench.with("c" + i, 10, 1.0 / CLIENTS);
    }
    bench.start(quorum, 0.1, deadline);
    for (int i = 0; i < CLIENTS; i++) {
      bench.order("c" + i).replyTo().tell(update("c" + i, 10, delta("d" + i)));
    }
  }

  @Test
  void fetchesAFewAtATime() {
    offerAll(1, LONG);
    List<BlobCommand.Pull> pulls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pulls.add(source.expectMessageClass(BlobCommand.Pull.class));
    }
    source.expectNoMessage(Duration.ofMillis(300));
    for (int done = 0; done < CLIENTS; done++) {
      BlobCommand.Pull pull = pulls.get(done);
      pull.replyTo().tell(new BlobCommand.Chunk(pull.id(), 0, blob()));
      if (done < CLIENTS - 4) {
        pulls.add(nextBesidesReleaseOf(pull.id()));
      } else {
        assertThat(source.receiveMessage()).isEqualTo(new BlobCommand.Release(pull.id()));
      }
    }
    assertThat(bench.ends()).isInstanceOf(Complete.class);
    assertThat(pulls).extracting(BlobCommand.Pull::id).doesNotHaveDuplicates();
  }

  @Test
  void aFetchThatFailsMakesRoomForTheNext() {
    offerAll(1, LONG);
    BlobCommand.Pull first = source.expectMessageClass(BlobCommand.Pull.class);
    for (int i = 1; i < 4; i++) {
      source.expectMessageClass(BlobCommand.Pull.class);
    }
    first.replyTo().tell(new BlobCommand.Gone(first.id()));
    assertThat(nextBesidesReleaseOf(first.id()).id()).isEqualTo("d4");
  }

  /** A release and the next pull come from two actors, so in either order. */
  private BlobCommand.Pull nextBesidesReleaseOf(String id) {
    BlobCommand one = source.receiveMessage();
    BlobCommand two = source.receiveMessage();
    boolean pullFirst = one instanceof BlobCommand.Pull;
    assertThat(pullFirst ? two : one).isEqualTo(new BlobCommand.Release(id));
    return (BlobCommand.Pull) (pullFirst ? one : two);
  }

  @Test
  void whatIsNotFetchedByTheDeadlineIsReleased() {
    offerAll(0.1, Duration.ofMillis(1200));
    BlobCommand.Pull first = source.expectMessageClass(BlobCommand.Pull.class);
    first.replyTo().tell(new BlobCommand.Chunk(first.id(), 0, blob()));
    Partial partial = (Partial) bench.ends();
    assertThat(partial.missing()).hasSize(CLIENTS - 1);
    assertThat(partial.refusals())
        .hasSize(CLIENTS - 1)
        .extracting(Refused::code)
        .containsOnly(RefusalCode.TRANSFER_FAILED);
    List<String> released = new ArrayList<>();
    while (released.size() < CLIENTS) {
      if (source.receiveMessage() instanceof BlobCommand.Release(String id)) {
        released.add(id);
      }
    }
    assertThat(released).containsExactlyInAnyOrder("d0", "d1", "d2", "d3", "d4", "d5", "d6");
  }

  @Test
  void aDeltaThatIsNotWantedIsReleased() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    bench.start(1, 0.5, LONG);
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    round.tell(update("a", 10, delta("wanted")));
    BlobCommand.Pull pull = source.expectMessageClass(BlobCommand.Pull.class);
    round.tell(update("a", 10, delta("wanted")));
    round.tell(update("a", 10, delta("again")));
    assertThat(source.receiveMessage())
        .as("the repeated message does not take away the delta that is being fetched")
        .isEqualTo(new BlobCommand.Release("again"));
    round.tell(update("b", 11, delta("other data")));
    assertThat(source.receiveMessage()).isEqualTo(new BlobCommand.Release("other data"));
    pull.replyTo().tell(new BlobCommand.Chunk(pull.id(), 0, blob()));
    assertThat(bench.ends()).isInstanceOf(Partial.class);
  }
}
