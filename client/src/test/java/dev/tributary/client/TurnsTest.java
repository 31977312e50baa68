package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.federated.FedBn;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.client.Host.End;
import dev.tributary.engine.random.Seeds;
import dev.tributary.protocol.BlobFetch;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.Rendezvous;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.ServerMessage;
import dev.tributary.protocol.WireOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host of many clients, one worker and so four turns, against a server that is slow to fetch what
 * they made.
 */
class TurnsTest {
  private static final int CLIENTS = 40;
  private static final int TURNS = 4;

  @TempDir private Path folder;
  private final FakeTrainer trainer = new FakeTrainer();
  private final TrainingPool pool = new TrainingPool(1, () -> trainer);
  private final TreeMap<String, ClientData> clients = new TreeMap<>();
  private ActorTestKit kit;
  private TestProbe<RoundMessage> round;
  private BlobRef weights;

  @BeforeEach
  void prepare() {
    kit = ActorTestKit.create(HostTest.SERIALIZED);
    round = kit.createTestProbe(RoundMessage.class);
    ActorRef<BlobSource.Command> source = kit.spawn(BlobSource.create());
    source.tell(new BlobSource.Put("w", FakeTrainer.WEIGHTS));
    weights = new BlobRef("w", FakeTrainer.WEIGHTS.size(), source.narrow());
    for (int i = 0; i < CLIENTS; i++) {
      ClientData client = FakeTrainer.client("c%02d".formatted(i), 7);
      clients.put(client.id(), client);
    }
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    pool.close();
  }

  private ActorRef<HostMessage> start(Duration patience) {
    FedBn algorithm = new FedBn(Weighting.EXAMPLES);
    LocalStates states =
        new LocalStates(folder, LocalWork.localPart(algorithm, FakeTrainer.INITIAL).layout());
    LocalWork work =
        new LocalWork(algorithm, FakeTrainer.INITIAL, states, WireOptions.FP32, Seeds.root(1));
    TestProbe<ServerMessage> server = kit.createTestProbe(ServerMessage.class);
    kit.spawn(
        Host.create(
            new Host.Setup("h", clients, "scenario", Map.of(), work, pool, 10_000),
            new CompletableFuture<End>(),
            patience));
    kit.system().receptionist().tell(Receptionist.register(Rendezvous.SERVER, server.getRef()));
    return server.expectMessageClass(ServerMessage.Join.class).replyTo();
  }

  private void trainAll(ActorRef<HostMessage> host, int number, TestProbe<RoundMessage> replyTo) {
    for (String client : clients.keySet()) {
      host.tell(new HostMessage.Train(number, client, weights, "", replyTo.getRef()));
    }
  }

  private static Updated updated(TestProbe<RoundMessage> round) {
    return (Updated) round.receiveMessage(Duration.ofSeconds(5));
  }

  private BlobFetch.Result fetch(BlobRef delta) {
    TestProbe<BlobFetch.Result> fetch = kit.createTestProbe(BlobFetch.Result.class);
    kit.spawn(BlobFetch.create(delta, fetch.getRef(), 10_000));
    return fetch.receiveMessage();
  }

  @Test
  void noMoreDeltasThanTurnsWaitToBeFetched() {
    ActorRef<HostMessage> host = start(Duration.ofMinutes(1));
    trainAll(host, 1, round);
    List<Updated> offered = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      offered.add(updated(round));
    }
    round.expectNoMessage(Duration.ofMillis(300));
    assertThat(trainer.starts).hasSize(TURNS);
    for (int i = 0; i < CLIENTS; i++) {
      assertThat(fetch(offered.get(i).delta())).isInstanceOf(BlobFetch.Result.Fetched.class);
      if (offered.size() < CLIENTS) {
        offered.add(updated(round));
        assertThat(trainer.starts).hasSizeLessThanOrEqualTo(i + 1 + TURNS);
      }
    }
    assertThat(offered)
        .extracting(Updated::client)
        .containsExactlyInAnyOrderElementsOf(clients.keySet());
  }

  @Test
  void refusalsTakeNoTurn() {
    for (String client : List.copyOf(clients.keySet())) {
      clients.put(client, FakeTrainer.client(client, 13));
    }
    ActorRef<HostMessage> host = start(Duration.ofMinutes(1));
    trainAll(host, 1, round);
    for (int i = 0; i < CLIENTS; i++) {
      assertThat(round.receiveMessage(Duration.ofSeconds(5)))
          .isInstanceOf(RoundMessage.Refused.class);
    }
  }

  @Test
  void evaluationsDoNotWaitForATurn() {
    ActorRef<HostMessage> host = start(Duration.ofMinutes(1));
    trainAll(host, 1, round);
    for (int i = 0; i < TURNS; i++) {
      updated(round);
    }
    host.tell(
        new HostMessage.Evaluate(1, "c39", weights, "", Set.of("validation"), round.getRef()));
    assertThat(round.receiveMessage(Duration.ofSeconds(5)))
        .isInstanceOf(RoundMessage.Evaluated.class);
  }

  /** What the server says may get lost: the release of a delta, say. */
  @Test
  void aDeltaThatNobodyFetchesDoesNotKeepItsTurn() {
    ActorRef<HostMessage> host = start(Duration.ofMillis(200));
    trainAll(host, 1, round);
    List<Updated> offered = new ArrayList<>();
    for (int i = 0; i < 3 * TURNS; i++) {
      offered.add(updated(round));
    }
    assertThat(fetch(offered.getFirst().delta()))
        .as("it is still there")
        .isInstanceOf(BlobFetch.Result.Fetched.class);
  }

  @Test
  void theEndOfARoundFreesItsTurnsAndForgetsWhatWasMadeForIt() {
    ActorRef<HostMessage> host = start(Duration.ofMinutes(1));
    trainAll(host, 1, round);
    List<Updated> offered = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      offered.add(updated(round));
    }
    round.stop();
    TestProbe<RoundMessage> next = kit.createTestProbe(RoundMessage.class);
    trainAll(host, 2, next);
    for (int i = 0; i < TURNS; i++) {
      assertThat(updated(next).round()).isEqualTo(2);
    }
    assertThat(trainer.starts).as("orders of a round that is over are dropped").hasSize(2 * TURNS);
    for (Updated old : offered) {
      assertThat(fetch(old.delta()))
          .isInstanceOfSatisfying(
              BlobFetch.Result.Failed.class,
              failed -> assertThat(failed.message()).contains("no blob"));
    }
  }
}
