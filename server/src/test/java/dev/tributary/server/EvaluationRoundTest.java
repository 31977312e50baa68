package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.BlobCommand;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.HostMessage.Evaluate;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.RoundMessage.Evaluated;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.server.EvaluationRound.Done;
import dev.tributary.server.EvaluationRound.Failed;
import dev.tributary.server.EvaluationRound.HostBack;
import dev.tributary.server.EvaluationRound.Member;
import dev.tributary.server.EvaluationRound.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvaluationRoundTest {
  private static final int ROUND = 3;
  private static final Map<String, Evaluation> GOOD =
      Map.of("validation", new Evaluation(4, 3, 1.5), "test", new Evaluation(8, 5, 2.5));
  private static ActorTestKit kit;

  private TestProbe<HostMessage> hostA;
  private TestProbe<HostMessage> hostB;
  private TestProbe<Outcome> outcome;
  private BlobRef weights;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(RoundBench.SERIALIZED);
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void probes() {
    hostA = kit.createTestProbe(HostMessage.class);
    hostB = kit.createTestProbe(HostMessage.class);
    outcome = kit.createTestProbe(Outcome.class);
    weights = new BlobRef("w", 44, kit.createTestProbe(BlobCommand.class).getRef());
  }

  private ActorRef<EvaluationRound.Command> start(boolean bIsThere, Duration deadline) {
    TreeMap<String, Member> members = new TreeMap<>();
    members.put("a", new Member("state-a", hostA.getRef()));
    members.put("b", new Member("", bIsThere ? hostB.getRef() : null));
    return kit.spawn(
        EvaluationRound.create(
            new EvaluationRound.Plan(
                ROUND, members, weights, Set.of("validation", "test"), deadline),
            outcome.getRef()));
  }

  private static Evaluate order(TestProbe<HostMessage> host) {
    return host.expectMessageClass(Evaluate.class);
  }

  private static Evaluated result(String client) {
    return new Evaluated(ROUND, client, GOOD, 0.5);
  }

  @Test
  void isDoneWhenAllHaveAnswered() {
    start(true, RoundBench.LONG);
    Evaluate toA = order(hostA);
    assertThat(toA)
        .isEqualTo(
            new Evaluate(
                ROUND, "a", weights, "state-a", Set.of("test", "validation"), toA.replyTo()));
    assertThat(order(hostB).localState()).isEmpty();
    toA.replyTo().tell(result("b"));
    outcome.expectNoMessage(Duration.ofMillis(100));
    toA.replyTo().tell(result("a"));
    Done done = outcome.expectMessageClass(Done.class);
    assertThat(done.results())
        .containsExactly(Map.entry("a", result("a")), Map.entry("b", result("b")));
  }

  @Test
  void weightsThatDidNotArriveAreTriedThreeTimesMore() {
    start(true, RoundBench.LONG);
    Refused lost = new Refused(ROUND, "a", RefusalCode.TRANSFER_FAILED, "the source fell silent");
    for (int i = 0; i < 3; i++) {
      order(hostA).replyTo().tell(lost);
    }
    Evaluate last = order(hostA);
    outcome.expectNoMessage(Duration.ofMillis(100));
    last.replyTo().tell(lost);
    assertThat(outcome.expectMessageClass(Failed.class).message())
        .contains("TRANSFER_FAILED")
        .contains("the source fell silent");
  }

  @Test
  void aRefusalEndsItWithTheReason() {
    start(true, RoundBench.LONG);
    order(hostA)
        .replyTo()
        .tell(new Refused(ROUND, "a", RefusalCode.LOCAL_STATE_MISSING, "no such state"));
    assertThat(outcome.expectMessageClass(Failed.class).message())
        .contains("client a")
        .contains("round 3")
        .contains("LOCAL_STATE_MISSING")
        .contains("no such state");
  }

  @Test
  void whatWasNotAskedForIsPassedOver() {
    start(true, RoundBench.LONG);
    ActorRef<RoundMessage> round = order(hostA).replyTo();
    round.tell(new Evaluated(ROUND, "a", Map.of("test", new Evaluation(8, 5, 2.5)), 0.5));
    round.tell(
        new Evaluated(ROUND, "a", Map.of("test", Evaluation.NONE, "train", Evaluation.NONE), 0.5));
    round.tell(new Evaluated(ROUND + 1, "a", GOOD, 0.5));
    round.tell(result("stranger"));
    round.tell(new Refused(ROUND, "stranger", RefusalCode.TRAINING_FAILED, "x"));
    round.tell(new Refused(ROUND - 1, "a", RefusalCode.TRAINING_FAILED, "of the last round"));
    outcome.expectNoMessage(Duration.ofMillis(100));
    round.tell(result("a"));
    round.tell(new Refused(ROUND, "a", RefusalCode.TRANSFER_FAILED, "a second, late answer"));
    outcome.expectNoMessage(Duration.ofMillis(100));
    round.tell(result("b"));
    assertThat(outcome.expectMessageClass(Done.class).results()).containsOnlyKeys("a", "b");
  }

  @Test
  void theDeadlineNamesTheMissing() {
    start(true, Duration.ofMillis(400));
    ActorRef<RoundMessage> round = order(hostA).replyTo();
    round.tell(result("a"));
    for (int i = 0; i < 3; i++) {
      outcome.expectNoMessage(Duration.ofMillis(60));
      round.tell(result("stranger"));
    }
    Failed failed = (Failed) outcome.receiveMessage(Duration.ofSeconds(2));
    assertThat(failed.message()).contains("[b]").contains("0.4 s").contains("round 3");
  }

  @Test
  void aHostThatIsBackIsAskedForThoseWhoOwe() {
    ActorRef<EvaluationRound.Command> round = start(false, RoundBench.LONG);
    Evaluate toA = order(hostA);
    toA.replyTo().tell(result("a"));
    TestProbe<HostMessage> back = kit.createTestProbe(HostMessage.class);
    round.tell(new HostBack("a", back.getRef()));
    round.tell(new HostBack("stranger", back.getRef()));
    round.tell(new HostBack("b", back.getRef()));
    Evaluate toB = order(back);
    assertThat(toB.client()).isEqualTo("b");
    back.expectNoMessage(Duration.ofMillis(100));
    toB.replyTo().tell(result("b"));
    outcome.expectMessageClass(Done.class);
  }
}
