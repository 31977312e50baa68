package dev.tributary.server;

import static dev.tributary.server.FederationBench.client;
import static dev.tributary.server.FederationBench.join;
import static dev.tributary.server.FederationBench.rounds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.HostMessage.JoinRefused;
import dev.tributary.protocol.HostMessage.Joined;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.ServerMessage;
import dev.tributary.protocol.ServerMessage.Join;
import dev.tributary.server.FederationBench.FakeHost;
import dev.tributary.server.RunEvent.Completed;
import dev.tributary.server.RunEvent.RoundEnded;
import dev.tributary.server.RunEvent.Started;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may join, when a run starts, and what happens when hosts come and go. */
class FederationJoinTest {
  @TempDir private Path folder;
  private FederationBench bench;

  @BeforeEach
  void open() {
    bench = new FederationBench(folder.resolve("checkpoints"));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private JoinRefused refused(
      ActorRef<ServerMessage> server, Join join, TestProbe<HostMessage> probe) {
    server.tell(join);
    return probe.expectMessageClass(JoinRefused.class);
  }

  @Test
  void whoDoesNotFitIsToldWhy() {
    ActorRef<ServerMessage> server = bench.start(rounds(1, 0, 1));
    TestProbe<HostMessage> probe = bench.kit.createTestProbe(HostMessage.class);
    ActorRef<HostMessage> ref = probe.getRef();
    List<ClientFacts> a = List.of(client("a"));

    JoinRefused scenario =
        refused(server, new Join("h1", "other", FederationBench.ENGINE, a, ref), probe);
    assertThat(scenario.code()).isEqualTo(RefusalCode.WRONG_SCENARIO);
    assertThat(scenario.message()).contains("h1").contains("another scenario");

    JoinRefused engine =
        refused(
            server,
            new Join(
                "h1", FederationBench.SCENARIO, Map.of("isa", "avx512", "threads", "1"), a, ref),
            probe);
    assertThat(engine.code()).isEqualTo(RefusalCode.WRONG_ENGINE);
    assertThat(engine.message()).contains("isa was avx2, is avx512").doesNotContain("threads was");

    JoinRefused unknown = refused(server, join("h1", ref, client("a"), client("z")), probe);
    assertThat(unknown.code()).isEqualTo(RefusalCode.UNKNOWN_CLIENT);
    assertThat(unknown.message()).contains("no client z").contains("[a, b]");

    JoinRefused twice = refused(server, join("h1", ref, client("a"), client("a")), probe);
    assertThat(twice.code()).isEqualTo(RefusalCode.DUPLICATE);
    assertThat(twice.message()).contains("client a twice");
    assertThat(bench.events).as("none of these counts as having joined").isEmpty();
  }

  @Test
  void aClientLivesOnOneHostAndANameIsOneHosts() {
    ActorRef<ServerMessage> server = bench.start(rounds(1, 0, 1));
    FakeHost first = bench.host();
    server.tell(join("h1", first.ref, client("a")));
    await().until(() -> first.seen.contains(new Joined("h1")));
    TestProbe<HostMessage> probe = bench.kit.createTestProbe(HostMessage.class);

    JoinRefused owned = refused(server, join("h2", probe.getRef(), client("a")), probe);
    assertThat(owned.code()).isEqualTo(RefusalCode.DUPLICATE);
    assertThat(owned.message()).contains("client a").contains("h1");

    JoinRefused namesake = refused(server, join("h1", probe.getRef(), client("b")), probe);
    assertThat(namesake.code()).isEqualTo(RefusalCode.DUPLICATE);
    assertThat(namesake.message()).contains("named h1").contains("[a]");

    FakeHost second = bench.host();
    server.tell(join("h2", second.ref, client("b")));
    bench.awaitEvent(Completed.class);
    assertThat(first.trains()).extracting(Train::client).containsExactly("a");
    assertThat(second.trains()).extracting(Train::client).containsExactly("b");
  }

  @Test
  void startsWhenAllClientsAreThereAndNotBefore() {
    ActorRef<ServerMessage> server = bench.start(rounds(1, 0, 1));
    FakeHost first = bench.host();
    FakeHost second = bench.host();
    server.tell(join("h1", first.ref, client("a")));
    server.tell(join("h1", first.ref, client("a")));
    await().until(() -> first.seen.size() == 2);
    assertThat(bench.events).isEmpty();
    server.tell(join("h2", second.ref, client("b")));
    bench.awaitEvent(Completed.class);
    assertThat(bench.events(Started.class)).hasSize(1);
    assertThat(first.trains()).extracting(Train::client).containsExactly("a");
  }

  @Test
  void whoLeftBeforeTheStartIsWaitedFor() {
    ActorRef<ServerMessage> server = bench.start(rounds(1, 0, 1));
    FakeHost leaves = bench.host();
    server.tell(join("h1", leaves.ref, client("a")));
    await().until(() -> leaves.seen.contains(new Joined("h1")));
    bench.kit.stop(leaves.ref);
    FakeHost other = bench.host();
    // That the server has noticed shows in a host of another name being taken in for the client.
    TestProbe<HostMessage> probe = bench.kit.createTestProbe(HostMessage.class);
    FakeHost b = bench.host();
    await()
        .until(
            () -> {
              server.tell(join("probe", probe.getRef(), client("a")));
              return probe.receiveMessage() instanceof Joined;
            });
    probe.stop();
    TestProbe<HostMessage> pause = bench.kit.createTestProbe(HostMessage.class);
    pause.expectTerminated(probe.getRef());
    pause.expectNoMessage(Duration.ofMillis(200));
    server.tell(join("h2", b.ref, client("b")));
    await().until(() -> b.seen.contains(new Joined("h2")));
    pause.expectNoMessage(Duration.ofMillis(200));
    assertThat(bench.events(Started.class)).isEmpty();
    server.tell(join("h1", other.ref, client("a")));
    bench.awaitEvent(Completed.class);
    assertThat(other.trains()).hasSize(1);
  }

  /** The restarted host joins under its old name before the old one's end is noticed. */
  @Test
  void aRestartedHostKeepsItsPlaceWhenTheOldOnesEndIsNoticedLate() {
    ActorRef<ServerMessage> server = bench.start(rounds(3, 0, 1));
    FakeHost old = bench.new FakeHost(_ -> false);
    server.tell(join("h1", old.ref, client("a"), client("b")));
    await().until(() -> old.trains().size() == 2);
    FakeHost restarted =
        bench
        .new FakeHost(
            message -> {
              if (message instanceof Train train && train.round() == 1) {
                // Now the old one is seen to end, in the middle of a round.
                bench.kit.stop(old.ref);
              }
              return true;
            });
    server.tell(join("h1", restarted.ref, client("a"), client("b")));
    bench.awaitEvent(Completed.class);
    assertThat(restarted.trains()).extracting(Train::round).containsExactly(1, 1, 2, 2, 3, 3);
  }

  @Test
  void aHostThatDiesInARoundAndComesBackOwesOnlyWhatItOwes() {
    ActorRef<ServerMessage> server = bench.start(rounds(1, 0, 1));
    FakeHost dies =
        bench.new FakeHost(message -> !(message instanceof Train t && t.client().equals("b")));
    server.tell(join("h1", dies.ref, client("a"), client("b")));
    await().until(() -> dies.trains().size() == 2);
    await()
        .pollDelay(Duration.ofMillis(300))
        .until(() -> true); // a's update is taken meanwhile; if not, it is asked for twice below
    bench.kit.stop(dies.ref);
    FakeHost back = bench.host();
    server.tell(join("h1", back.ref, client("a"), client("b")));
    bench.awaitEvent(Completed.class);
    assertThat(back.trains()).extracting(Train::client).containsExactly("b");
    assertThat(bench.events(RoundEnded.class).getFirst().complete()).isTrue();
  }

  @Test
  void aHostThatDiesInAnEvaluationIsAskedAgain() {
    ActorRef<ServerMessage> server = bench.start(rounds(1, 0, 1));
    FakeHost dies = bench.new FakeHost(message -> message instanceof Train);
    server.tell(join("h1", dies.ref, client("a"), client("b")));
    await()
        .until(
            () -> dies.seen.stream().filter(HostMessage.Evaluate.class::isInstance).count() == 2);
    bench.kit.stop(dies.ref);
    FakeHost back = bench.host();
    server.tell(join("h1", back.ref, client("a"), client("b")));
    bench.awaitEvent(Completed.class);
    assertThat(back.trains()).isEmpty();
  }
}
