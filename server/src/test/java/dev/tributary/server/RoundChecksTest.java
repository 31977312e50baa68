package dev.tributary.server;

import static dev.tributary.server.RoundBench.LONG;
import static dev.tributary.server.RoundBench.ROUND;
import static dev.tributary.server.RoundBench.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.BlobCommand;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.server.RoundOutcome.Complete;
import dev.tributary.server.RoundOutcome.Failed;
import dev.tributary.server.RoundOutcome.Partial;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a round does not believe: each is refused with its reason and never averaged. */
class RoundChecksTest {
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

  private static Arguments bad(
      String what, RefusalCode code, String message, Function<RoundBench, RoundMessage> answer) {
    return Arguments.of(what, code, message, answer);
  }

  /** What client b (20 examples) may answer, the code and a part of the message it must give. */
  static Stream<Arguments> badAnswers() {
    return Stream.of(
        bad(
            "NaN",
            RefusalCode.NOT_FINITE,
            "NaN",
            bench -> update("b", 20, bench.delta(1, Float.NaN, 3, 4))),
        bad(
            "infinite",
            RefusalCode.NOT_FINITE,
            "Infinity",
            bench -> update("b", 20, bench.delta(1, Float.NEGATIVE_INFINITY, 3, 4))),
        bad(
            "out of range",
            RefusalCode.OUT_OF_RANGE,
            "300000",
            bench -> update("b", 20, bench.delta(0, 0, -300_000, 0))),
        bad(
            "wrong layout",
            RefusalCode.WRONG_LAYOUT,
            Fixtures.OTHER.fingerprint(),
            bench -> update("b", 20, bench.delta(Fixtures.OTHER, 1, 2, 3, 4))),
        bad(
            "wrong example count",
            RefusalCode.WRONG_EXAMPLES,
            "21",
            bench -> update("b", 21, bench.delta(1, 2, 3, 4))),
        bad(
            "truncated",
            RefusalCode.WRONG_LENGTH,
            "",
            bench -> {
              BlobRef whole = bench.delta(1, 2, 3, 4);
              return update("b", 20, bench.blob(truncated((int) whole.size() - 1)));
            }),
        bad(
            "cut off in the header",
            RefusalCode.MALFORMED,
            "",
            bench -> update("b", 20, bench.blob(truncated(10)))),
        bad(
            "empty",
            RefusalCode.MALFORMED,
            "",
            bench -> update("b", 20, bench.blob(ByteString.EMPTY))),
        bad(
            "shorter than claimed",
            RefusalCode.WRONG_LENGTH,
            "",
            bench -> {
              BlobRef ref = bench.blob(truncated(20));
              return update("b", 20, new BlobRef(ref.id(), 44, ref.source()));
            }),
        bad(
            "larger than any delta",
            RefusalCode.TOO_LARGE,
            "5000",
            bench -> {
              BlobRef ref = bench.delta(1, 2, 3, 4);
              return update("b", 20, new BlobRef(ref.id(), 5000, ref.source()));
            }),
        bad(
            "a refusal",
            RefusalCode.TRAINING_FAILED,
            "out of memory",
            _ -> new Refused(ROUND, "b", RefusalCode.TRAINING_FAILED, "out of memory")));
  }

  private static ByteString truncated(int length) {
    return bytes(1, 2, 3, 4).substring(0, length);
  }

  private static ByteString bytes(float... values) {
    return TensorCodec.encode(Fixtures.weights(values), Encoding.FP32);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badAnswers")
  void isRefusedWithItsReason(
      String what, RefusalCode code, String message, Function<RoundBench, RoundMessage> answer) {
    bench.with("a", 10, 0.25).with("b", 20, 0.5).with("c", 10, 0.25);
    bench.start(1, 0.5, LONG);
    bench.order("b").replyTo().tell(answer.apply(bench));
    bench.order("a").replyTo().tell(update("a", 10, bench.delta(1, 2, 3, 4)));
    bench.order("c").replyTo().tell(update("c", 10, bench.delta(3, 2, 1, 0)));
    Partial partial = (Partial) bench.ends();
    assertThat(partial.refusals())
        .extracting(Refused::round, Refused::client, Refused::code)
        .as(what)
        .containsExactly(tuple(ROUND, "b", code));
    assertThat(partial.refusals().getFirst().message()).contains(message);
    assertThat(partial.updates()).extracting(RoundMessage::client).containsExactly("a", "c");
    assertThat(partial.missing()).isEmpty();
    assertThat(partial.meanDelta().toArray()).containsExactly(2, 2, 2, 2);
  }

  @Test
  void whoIsRefusedHasAnswered() {
    bench.with("a", 10, 0.5).with("b", 20, 0.5);
    bench.start(1, 0.5, LONG);
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    round.tell(update("a", 11, bench.delta(9, 9, 9, 9)));
    round.tell(update("a", 10, bench.delta(1, 1, 1, 1)));
    round.tell(update("b", 20, bench.delta(3, 3, 3, 3)));
    Partial partial = (Partial) bench.ends();
    assertThat(partial.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(tuple("a", RefusalCode.WRONG_EXAMPLES), tuple("a", RefusalCode.DUPLICATE));
    assertThat(partial.meanDelta().toArray()).containsExactly(3, 3, 3, 3);
  }

  @Test
  void aDuplicateIsNotedAndNeverAveraged() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    bench.start(1, 1, LONG);
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    RoundMessage first = update("a", 10, bench.delta(1, 1, 1, 1));
    round.tell(first);
    round.tell(first);
    round.tell(update("a", 10, bench.delta(100, 100, 100, 100)));
    round.tell(new Refused(ROUND, "a", RefusalCode.TRAINING_FAILED, "changed its mind"));
    round.tell(update("b", 10, bench.delta(3, 3, 3, 3)));
    Complete complete = (Complete) bench.ends();
    assertThat(complete.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(
            tuple("a", RefusalCode.DUPLICATE),
            tuple("a", RefusalCode.DUPLICATE),
            tuple("a", RefusalCode.DUPLICATE));
    assertThat(complete.meanDelta().toArray()).containsExactly(2, 2, 2, 2);
    assertThat(complete.updates()).hasSize(2).contains((RoundMessage.Updated) first);
  }

  @Test
  void strangersAndOtherRoundsAreNotedAndChangeNothing() {
    bench.with("a", 10, 1);
    bench.start(1, 1, LONG);
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    round.tell(update(ROUND - 1, "a", 10, bench.delta(9, 9, 9, 9)));
    round.tell(update("stranger", 10, bench.delta(9, 9, 9, 9)));
    round.tell(
        new RoundMessage.Evaluated(ROUND, "a", Map.of("test", new Evaluation(1, 1, 0)), 0.1));
    round.tell(update("a", 10, bench.delta(1, 2, 3, 4)));
    Complete complete = (Complete) bench.ends();
    assertThat(complete.refusals())
        .extracting(Refused::round, Refused::client, Refused::code)
        .containsExactly(
            tuple(ROUND - 1, "a", RefusalCode.WRONG_ROUND),
            tuple(ROUND, "stranger", RefusalCode.UNKNOWN_CLIENT),
            tuple(ROUND, "a", RefusalCode.MALFORMED));
    assertThat(complete.meanDelta().toArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void allRefusedFails() {
    bench.with("a", 10, 1);
    bench.start(1, 0, LONG);
    bench.order("a").replyTo().tell(update("a", 10, bench.delta(Float.NaN, 1, 1, 1)));
    Failed failed = (Failed) bench.ends();
    assertThat(failed.taken()).isZero();
    assertThat(failed.needed()).isEqualTo(1);
  }

  @Test
  void twoClientsCannotClaimTheSameDelta() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    TestProbe<BlobCommand> source = kit.createTestProbe(BlobCommand.class);
    bench.start(1, 0.5, LONG);
    ByteString bytes = bytes(1, 2, 3, 4);
    BlobRef one = new BlobRef("delta", bytes.size(), source.getRef());
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    round.tell(update("a", 10, one));
    BlobCommand.Pull pull = source.expectMessageClass(BlobCommand.Pull.class);
    round.tell(update("b", 10, one));
    // b's refusal must be in before a's delta is.
    bench.outcome.expectNoMessage(Duration.ofMillis(200));
    pull.replyTo().tell(new BlobCommand.Chunk("delta", 0, bytes));
    Partial partial = (Partial) bench.ends();
    assertThat(partial.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(tuple("b", RefusalCode.MALFORMED));
    assertThat(partial.updates()).extracting(RoundMessage::client).containsExactly("a");
  }

  /** Two hosts may well name their blobs alike: b's bytes must not be credited to a. */
  @Test
  void deltasOfTheSameNameAtTwoSourcesAreToldApart() {
    bench.with("a", 10, 0.25).with("b", 30, 0.75);
    TestProbe<BlobCommand> sourceA = kit.createTestProbe(BlobCommand.class);
    TestProbe<BlobCommand> sourceB = kit.createTestProbe(BlobCommand.class);
    bench.start(1, 1, LONG);
    ByteString deltaA = bytes(4, 0, -8, 1);
    ByteString deltaB = bytes(8, 4, 0, 1);
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    round.tell(update("a", 10, new BlobRef("d", deltaA.size(), sourceA.getRef())));
    round.tell(update("b", 30, new BlobRef("d", deltaB.size(), sourceB.getRef())));
    BlobCommand.Pull pullA = sourceA.expectMessageClass(BlobCommand.Pull.class);
    BlobCommand.Pull pullB = sourceB.expectMessageClass(BlobCommand.Pull.class);
    pullB.replyTo().tell(new BlobCommand.Chunk("d", 0, deltaB));
    pullA.replyTo().tell(new BlobCommand.Chunk("d", 0, deltaA));
    assertThat(((Complete) bench.ends()).meanDelta().toArray()).containsExactly(7, 3, -2, 1);
  }

  /** The host's return comes while its dead predecessor's delta still counts as being fetched. */
  @Test
  void aSourceThatDiesMidFetchLeavesTheClientOwingAndItsSecondAnswerIsTaken() {
    bench.with("a", 10, 1);
    ActorRef<Round.Command> round = bench.start(1, 1, LONG);
    TestProbe<BlobCommand> dying = kit.createTestProbe(BlobCommand.class);
    bench.order("a").replyTo().tell(update("a", 10, new BlobRef("d", 44, dying.getRef())));
    dying.expectMessageClass(BlobCommand.Pull.class);
    TestProbe<HostMessage> back = kit.createTestProbe(HostMessage.class);
    round.tell(new Round.HostBack("a", back.getRef()));
    back.expectNoMessage(Duration.ofMillis(100));
    dying.stop();
    bench.order("a", back).replyTo().tell(update("a", 10, bench.delta(1, 2, 3, 4)));
    Complete complete = (Complete) bench.ends();
    assertThat(complete.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(tuple("a", RefusalCode.TRANSFER_FAILED));
    assertThat(complete.meanDelta().toArray()).containsExactly(1, 2, 3, 4);
  }

  /** The weights did not reach the host: nothing is decided, and the same order comes again. */
  @Test
  void weightsThatWereLostOnTheirWayAreSentAgainButOnlySoOften() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    bench.start(1, 0.5, LONG);
    bench.order("b").replyTo().tell(update("b", 10, bench.delta(1, 2, 3, 4)));
    bench.order("a").replyTo().tell(lost("a"));
    bench.order("a").replyTo().tell(update("a", 10, bench.delta(1, 2, 3, 4)));
    Complete complete = (Complete) bench.ends();
    assertThat(complete.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(tuple("a", RefusalCode.TRANSFER_FAILED));
  }

  @Test
  void weightsThatNeverArriveLeaveTheClientOut() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    bench.start(1, 0.5, LONG);
    bench.order("b").replyTo().tell(update("b", 10, bench.delta(1, 2, 3, 4)));
    for (int i = 0; i < 4; i++) {
      bench.order("a").replyTo().tell(lost("a"));
    }
    Partial partial = (Partial) bench.ends();
    assertThat(partial.refusals()).hasSize(4);
    bench.host("a").expectNoMessage(Duration.ofMillis(50));
  }

  private static Refused lost(String client) {
    return new Refused(RoundBench.ROUND, client, RefusalCode.TRANSFER_FAILED, "no bytes for 20 s");
  }

  @Test
  void aDeltaThatIsNeverThereIsAskedForOnlySoOften() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    bench.start(1, 0.5, LONG);
    bench.order("b").replyTo().tell(update("b", 10, bench.delta(1, 2, 3, 4)));
    for (int i = 0; i < 4; i++) {
      BlobRef gone = new BlobRef("not there " + i, 44, bench.blobs.narrow());
      bench.order("a").replyTo().tell(update("a", 10, gone));
    }
    Partial partial = (Partial) bench.ends();
    assertThat(partial.refusals()).hasSize(4);
    bench.host("a").expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void anUpdateAfterTheDeadlineIsNotTaken() {
    bench.with("a", 10, 0.5).with("b", 10, 0.5);
    CountDownLatch hold = new CountDownLatch(1);
    bench.start(0.5, 0.5, Duration.ofMillis(400));
    ActorRef<RoundMessage> round = bench.order("a").replyTo();
    // The server's thread is busy, so that at the deadline a's update is still being checked.
    work.run(() -> hold.await(10, TimeUnit.SECONDS));
    round.tell(update("a", 10, bench.delta(1, 2, 3, 4)));
    bench.outcome.expectNoMessage(Duration.ofMillis(700));
    round.tell(update("b", 10, bench.delta(9, 9, 9, 9)));
    round.tell(new Refused(ROUND, "b", RefusalCode.TRAINING_FAILED, "late too"));
    hold.countDown();
    Partial partial = (Partial) bench.ends();
    assertThat(partial.missing()).containsExactly("b");
    assertThat(partial.updates()).extracting(RoundMessage::client).containsExactly("a");
    assertThat(partial.meanDelta().toArray()).containsExactly(1, 2, 3, 4);
    assertThat(partial.refusals())
        .extracting(Refused::client, Refused::code)
        .containsExactly(tuple("b", RefusalCode.WRONG_ROUND), tuple("b", RefusalCode.WRONG_ROUND));
  }
}
