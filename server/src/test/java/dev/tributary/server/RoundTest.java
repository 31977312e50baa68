package dev.tributary.server;

import static dev.tributary.server.RoundBench.LONG;
import static dev.tributary.server.RoundBench.update;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireOptions;
import dev.tributary.protocol.WireSize;
import dev.tributary.server.RoundOutcome.Complete;
import dev.tributary.server.RoundOutcome.Failed;
import dev.tributary.server.RoundOutcome.Partial;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a round asks, waits, closes and counts; what it refuses is in {@link RoundChecksTest}. */
class RoundTest {
  private static ActorTestKit kit;
  private static ServerWork work;
  private RoundBench bench;

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
    bench = new RoundBench(kit, work);
  }

  @Test
  void everyClientIsAskedAndTheMeanIsExact() {
    bench.with("a", 10, 0.25).with("b", 30, 0.75);
    bench.start(1, 0.5, LONG);
    Train toA = bench.order("a");
    Train toB = bench.order("b");
    assertThat(toA)
        .isEqualTo(new Train(RoundBench.ROUND, "a", bench.weights, "state-of-a", toA.replyTo()));
    Updated b = update("b", 30, bench.delta(8, 4, 0, 1));
    Updated a = update("a", 10, bench.delta(4, 0, -8, 1));
    toB.replyTo().tell(b);
    toA.replyTo().tell(a);
    Complete complete = (Complete) bench.ends();
    assertThat(complete.meanDelta().toArray()).containsExactly(7, 3, -2, 1);
    assertThat(complete.updates()).as("sorted by client").containsExactly(a, b);
    assertThat(complete.refusals()).isEmpty();
  }

  @Test
  void bytesAreCountedByKind() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    bench.start(1, 0.5, LONG);
    Train toA = bench.order("a");
    Train toB = bench.order("b");
    Updated a = update("a", 10, bench.delta(1, 1, 1, 1));
    Updated b = update("b", 10, bench.delta(3, 3, 3, 3));
    toA.replyTo().tell(a);
    toB.replyTo().tell(a); // In place of b's: refused, but its bytes came in all the same.
    toB.replyTo().tell(b);
    RoundOutcome.Traffic traffic = bench.ends().traffic();
    long header = bench.weights.size() - 16;
    assertThat(traffic.down().payload()).isEqualTo(2 * 16);
    assertThat(traffic.down().metadata())
        .isEqualTo(WireSize.of(toA).metadata() + WireSize.of(toB).metadata() + 2 * header);
    assertThat(traffic.up().payload()).isEqualTo(2 * 16);
    assertThat(traffic.up().metadata())
        .isEqualTo(2 * WireSize.of(a).metadata() + WireSize.of(b).metadata() + 2 * header);
    assertThat(traffic.down().framing()).isPositive();
    assertThat(traffic.up().framing()).isPositive();
    assertThat(traffic.upAtFp32()).isEqualTo(traffic.up());
  }

  /** Four weights in codes of 6 bits: a scale and 3 bytes. */
  @Test
  void whatFp32WouldHaveTakenIsCountedBesideWhatCodesTake() {
    WireOptions wire = new WireOptions(Encoding.FP32, Encoding.INT6, false);
    ByteString codes = TensorCodec.encode(Fixtures.weights(1, -1, 0, 0.5f), Encoding.INT6);
    Updated a = update("a", 10, bench.blob(codes));
    bench.with("a", 10, 1).wire(wire).start(1, 1, LONG);
    bench.order("a").replyTo().tell(a);
    RoundOutcome.Traffic traffic = bench.ends().traffic();
    assertThat(traffic.down().payload()).isEqualTo(16);
    assertThat(traffic.up().payload()).isEqualTo(4 + 3);
    assertThat(traffic.upAtFp32().payload()).isEqualTo(16);
    // The header's number of codes: a tag and a byte.
    assertThat(traffic.upAtFp32().metadata()).isEqualTo(traffic.up().metadata() - 2);
    assertThat(traffic.upAtFp32().framing()).isEqualTo(traffic.up().framing());
  }

  @Test
  void aTrickleOfMessagesDoesNotHoldTheRoundOpen() {
    bench.with("quick", 10, 0.5).with("slow", 10, 0.5);
    long begin = System.nanoTime();
    bench.start(0.5, 0.5, Duration.ofMillis(700));
    ActorRef<dev.tributary.protocol.RoundMessage> round = bench.order("quick").replyTo();
    round.tell(update("quick", 10, bench.delta(1, 2, 3, 4)));
    int trickle = 0;
    while (System.nanoTime() - begin < 5_000_000_000L) {
      round.tell(new Refused(RoundBench.ROUND + 1, "slow", RefusalCode.TRAINING_FAILED, "x"));
      trickle++;
      try {
        RoundOutcome outcome = bench.outcome.receiveMessage(Duration.ofMillis(40));
        assertThat(outcome).isInstanceOf(Partial.class);
        Partial partial = (Partial) outcome;
        assertThat(partial.missing()).containsExactly("slow");
        assertThat(partial.meanDelta().toArray()).containsExactly(1, 2, 3, 4);
        break;
      } catch (AssertionError stillOpen) {
        assertThat(stillOpen).hasMessageContaining("Timeout");
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertThat(seconds).isBetween(0.69, 3.0);
    assertThat(trickle).isGreaterThan(5);
  }

  @Test
  void aDeltaThatTricklesDoesNotHoldTheRoundOpenEither() {
    bench.with("quick", 10, 0.5).with("slow", 10, 0.5);
    TestProbe<dev.tributary.protocol.BlobCommand> silent =
        kit.createTestProbe(dev.tributary.protocol.BlobCommand.class);
    bench.start(0.5, 0.5, Duration.ofMillis(700));
    bench.order("quick").replyTo().tell(update("quick", 10, bench.delta(1, 2, 3, 4)));
    bench
        .order("slow")
        .replyTo()
        .tell(
            update("slow", 10, new dev.tributary.protocol.BlobRef("never", 100, silent.getRef())));
    Partial partial = (Partial) bench.outcome.receiveMessage(Duration.ofSeconds(4));
    assertThat(partial.missing()).containsExactly("slow");
    assertThat(partial.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("slow", RefusalCode.TRANSFER_FAILED));
  }

  /**
   * Ten clients; the first {@code taken} give an update, the next {@code refusing} refuse, the
   * others say nothing until the deadline.
   */
  @ParameterizedTest
  @CsvSource({
    // quorum, accepted, taken, refusing, expected
    "1.0, 0.5, 10, 0, COMPLETE",
    "1.0, 0.5, 9, 1, PARTIAL",
    "1.0, 0.5, 9, 0, FAILED 9 10 9 5",
    "1.0, 0.5, 5, 5, PARTIAL",
    "1.0, 0.5, 4, 6, FAILED 10 10 4 5",
    "0.7, 0.7, 7, 0, PARTIAL",
    "0.7, 0.7, 6, 1, FAILED 7 7 6 7",
    "0.7, 0.0, 0, 8, FAILED 8 7 0 1",
    "0.3, 0.0, 1, 2, PARTIAL",
    "0.3, 0.3, 3, 0, PARTIAL",
    "0.01, 0.0, 0, 0, FAILED 0 1 0 1",
    "0.01, 1.0, 10, 0, COMPLETE",
    "0.01, 1.0, 9, 1, FAILED 10 1 9 10"
  })
  void quorumAndAcceptedDecide(
      double quorum, double accepted, int taken, int refusing, String expected) {
    for (int i = 0; i < 10; i++) {
      bench.with("c" + i, 10, 0.1);
    }
    boolean all = taken + refusing == 10;
    bench.start(quorum, accepted, all ? LONG : Duration.ofMillis(400));
    for (int i = 0; i < taken + refusing; i++) {
      String client = "c" + i;
      bench
          .order(client)
          .replyTo()
          .tell(
              i < taken
                  ? update(client, 10, bench.delta(1, 2, 3, 4))
                  : new Refused(RoundBench.ROUND, client, RefusalCode.TRAINING_FAILED, "no"));
    }
    RoundOutcome outcome = bench.ends();
    assertThat(outcome.refusals()).hasSize(refusing);
    List<String> silent =
        java.util.stream.IntStream.range(taken + refusing, 10).mapToObj(i -> "c" + i).toList();
    switch (outcome) {
      case Complete complete -> {
        assertThat(expected).isEqualTo("COMPLETE");
        assertThat(complete.meanDelta().toArray()).containsExactly(1, 2, 3, 4);
      }
      case Partial partial -> {
        assertThat(expected).isEqualTo("PARTIAL");
        assertThat(partial.updates()).hasSize(taken);
        assertThat(partial.missing()).isEqualTo(silent);
        assertThat(partial.meanDelta().toArray()).containsExactly(1, 2, 3, 4);
      }
      case Failed failed -> {
        assertThat(
                "FAILED %d %d %d %d"
                    .formatted(failed.answered(), failed.quorum(), failed.taken(), failed.needed()))
            .isEqualTo(expected);
        assertThat(failed.missing()).isEqualTo(silent);
      }
    }
  }

  /** 0.55 * 100 is 55.000000000000007 in floating point; 55 answers of 100 are the quorum. */
  @Test
  void aShareOfTheCohortIsNotRoundedUpByFloatingPoint() {
    for (int i = 0; i < 100; i++) {
      bench.with("c" + i, 10, 0.01);
    }
    bench.start(0.55, 0.55, Duration.ofMillis(1500));
    for (int i = 0; i < 55; i++) {
      bench.order("c" + i).replyTo().tell(update("c" + i, 10, bench.delta(1, 2, 3, 4)));
    }
    assertThat(bench.ends()).isInstanceOf(Partial.class);
  }

  @Test
  void aHostThatIsBackIsAskedOnlyForThoseWhoOwe() {
    bench.with("a", 10, 0.5).away("b", 10, 0.5);
    ActorRef<Round.Command> round = bench.start(1, 1, LONG);
    Train toA = bench.order("a");
    toA.replyTo().tell(update("a", 10, bench.delta(1, 1, 1, 1)));
    TestProbe<dev.tributary.protocol.HostMessage> back =
        kit.createTestProbe(dev.tributary.protocol.HostMessage.class);
    round.tell(new Round.HostBack("a", back.getRef()));
    round.tell(new Round.HostBack("stranger", back.getRef()));
    round.tell(new Round.HostBack("b", back.getRef()));
    Train toB = bench.order("b", back);
    back.expectNoMessage(Duration.ofMillis(150));
    toB.replyTo().tell(update("b", 10, bench.delta(3, 3, 3, 3)));
    assertThat(((Complete) bench.ends()).meanDelta().toArray()).containsExactly(2, 2, 2, 2);
  }

  @Test
  void aHostThatIsLostBeforeItAnswersIsAskedAgainWhenItIsBack() {
    bench.with("a", 10, 1);
    ActorRef<Round.Command> round = bench.start(1, 1, LONG);
    bench.order("a");
    bench.host("a").stop();
    TestProbe<dev.tributary.protocol.HostMessage> back =
        kit.createTestProbe(dev.tributary.protocol.HostMessage.class);
    round.tell(new Round.HostBack("a", back.getRef()));
    bench.order("a", back).replyTo().tell(update("a", 10, bench.delta(1, 2, 3, 4)));
    assertThat(bench.ends()).isInstanceOf(Complete.class);
  }
}
