package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.tributary.algorithms.federated.FedBn;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.client.Host.End;
import dev.tributary.client.Host.NotTaken;
import dev.tributary.client.Host.RunOver;
import dev.tributary.client.Host.ServerGone;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.BlobCommand;
import dev.tributary.protocol.BlobFetch;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.Rendezvous;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.ServerMessage;
import dev.tributary.protocol.ServerMessage.Join;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.WireOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host and its clients, against a server that is a probe; messages pass the serializer. */
class HostTest {
  static final Config SERIALIZED =
      ConfigFactory.parseMap(
              Map.of(
                  "pekko.actor.serialize-messages",
                  "on",
                  "pekko.loglevel",
                  "OFF",
                  "pekko.stdout-loglevel",
                  "OFF"))
          .withFallback(ConfigFactory.load());

  @TempDir private Path folder;
  private final FakeTrainer trainer = new FakeTrainer();
  private final TrainingPool pool = new TrainingPool(2, () -> trainer);
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final TreeMap<String, ClientData> clients = new TreeMap<>();
  private ActorTestKit kit;
  private TestProbe<ServerMessage> server;
  private TestProbe<RoundMessage> round;
  private TestProbe<BlobCommand> weights;
  private ActorRef<Host.Command> host;
  private Join join;

  @BeforeEach
  void start() {
    kit = ActorTestKit.create(SERIALIZED);
    server = kit.createTestProbe(ServerMessage.class);
    round = kit.createTestProbe(RoundMessage.class);
    weights = kit.createTestProbe(BlobCommand.class);
    for (ClientData client :
        new ClientData[] {
          FakeTrainer.client("a", 7), FakeTrainer.client("b", 9), FakeTrainer.client("bad", 13)
        }) {
      clients.put(client.id(), client);
    }
    FedBn algorithm = new FedBn(Weighting.EXAMPLES);
    LocalStates states =
        new LocalStates(folder, LocalWork.localPart(algorithm, FakeTrainer.INITIAL).layout());
    LocalWork work =
        new LocalWork(algorithm, FakeTrainer.INITIAL, states, WireOptions.FP32, Seeds.root(1));
    host =
        kit.spawn(
            Host.create(
                new Host.Setup("h", clients, "scenario", Map.of("isa", "avx2"), work, pool, 10_000),
                end));
    kit.system().receptionist().tell(Receptionist.register(Rendezvous.SERVER, server.getRef()));
    join = server.expectMessageClass(Join.class);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    pool.close();
  }

  private BlobRef weights(String id) {
    return new BlobRef(id, FakeTrainer.WEIGHTS.size(), weights.getRef());
  }

  private void train(int number, String client, String state) {
    join.replyTo()
        .tell(new HostMessage.Train(number, client, weights("w" + number), state, round.getRef()));
  }

  /** Gives the weights to the one fetch that asks for them. */
  private void serve() {
    BlobCommand.Pull pull = weights.expectMessageClass(BlobCommand.Pull.class);
    pull.replyTo().tell(new BlobCommand.Chunk(pull.id(), pull.offset(), FakeTrainer.WEIGHTS));
    assertThat(weights.expectMessageClass(BlobCommand.Release.class).id()).isEqualTo(pull.id());
  }

  private RoundMessage.Updated updated() {
    return (RoundMessage.Updated) round.receiveMessage(Duration.ofSeconds(5));
  }

  private RoundMessage.Refused refused() {
    return (RoundMessage.Refused) round.receiveMessage(Duration.ofSeconds(5));
  }

  private End end() throws Exception {
    return end.get(5, TimeUnit.SECONDS);
  }

  @Test
  void saysWhoItIs() {
    assertThat(join.host()).isEqualTo("h");
    assertThat(join.scenario()).isEqualTo("scenario");
    assertThat(join.engine()).containsOnly(Map.entry("isa", "avx2"));
    assertThat(join.clients())
        .containsExactly(
            new ClientFacts("a", "domain", 7),
            new ClientFacts("b", "domain", 9),
            new ClientFacts("bad", "domain", 13));
  }

  @Test
  void joinsAgainUntilItIsAnswered() {
    assertThat(server.receiveMessage(Duration.ofSeconds(6))).isEqualTo(join);
    join.replyTo().tell(new HostMessage.Joined("h"));
    server.expectNoMessage(Duration.ofSeconds(4));
  }

  @Test
  void fetchesTheWeightsOnceForAllClients() throws Exception {
    train(1, "a", "");
    train(1, "b", "");
    serve();
    RoundMessage.Updated one = updated();
    RoundMessage.Updated two = updated();
    assertThat(Set.of(one.client(), two.client())).containsExactlyInAnyOrder("a", "b");
    RoundMessage.Updated a = one.client().equals("a") ? one : two;
    assertThat(a.round()).isEqualTo(1);
    assertThat(a.examples()).isEqualTo(7);
    assertThat(a.samples()).isEqualTo(14);
    assertThat(a.steps()).isEqualTo(3);
    assertThat(a.meanLoss()).isEqualTo(0.25);
    assertThat(a.localState()).hasSize(64);

    // A later order for the same weights needs no fetch, an order for others does.
    train(1, "b", "");
    assertThat(updated().localState()).isNotEqualTo(a.localState());
    weights.expectNoMessage(Duration.ofMillis(100));
    train(2, "a", a.localState());
    serve();
    assertThat(updated().round()).isEqualTo(2);

    TestProbe<BlobFetch.Result> fetch = kit.createTestProbe(BlobFetch.Result.class);
    kit.spawn(BlobFetch.create(a.delta(), fetch.getRef(), 10_000));
    ByteString bytes = fetch.expectMessageClass(BlobFetch.Result.Fetched.class).bytes();
    float[] delta =
        TensorCodec.decode(
                bytes,
                FakeTrainer.LAYOUT.select(new FedBn(Weighting.EXAMPLES).sharedRoles()).layout(),
                10_000)
            .toArray();
    assertThat(delta).hasSize(2);
    assertThat(trainer.ends.stream().map(v -> v.get(0) - 10)).contains(delta[0]);
    assertThat(a.deltaNorm()).isCloseTo(Math.hypot(delta[0], delta[1]), within(1e-12));
  }

  @Test
  void evaluates() {
    join.replyTo()
        .tell(
            new HostMessage.Evaluate(
                4, "b", weights("w"), "", Set.of("validation"), round.getRef()));
    serve();
    RoundMessage.Evaluated evaluated =
        (RoundMessage.Evaluated) round.receiveMessage(Duration.ofSeconds(5));
    assertThat(evaluated.round()).isEqualTo(4);
    assertThat(evaluated.client()).isEqualTo("b");
    assertThat(evaluated.results())
        .containsOnly(Map.entry("validation", new Evaluation(4, 1, 0.5)));
  }

  @Test
  void answersForAClientThatItDoesNotHave() {
    train(1, "stranger", "");
    serve();
    RoundMessage.Refused refused = refused();
    assertThat(refused.client()).isEqualTo("stranger");
    assertThat(refused.code()).isEqualTo(RefusalCode.UNKNOWN_CLIENT);
    assertThat(refused.message()).contains("host h").contains("stranger");
  }

  @Test
  void weightsThatAreGoneAreRefusedForAllWhoWait() {
    train(1, "a", "");
    train(1, "b", "");
    BlobCommand.Pull pull = weights.expectMessageClass(BlobCommand.Pull.class);
    pull.replyTo().tell(new BlobCommand.Gone(pull.id()));
    for (int i = 0; i < 2; i++) {
      RoundMessage.Refused refused = refused();
      assertThat(refused.code()).isEqualTo(RefusalCode.TRANSFER_FAILED);
      assertThat(refused.message()).contains("weights did not arrive");
    }
    // They may be asked for again.
    assertThat(weights.expectMessageClass(BlobCommand.Release.class).id()).isEqualTo("w1");
    train(1, "a", "");
    serve();
    assertThat(updated().client()).isEqualTo("a");
  }

  @Test
  void aTrainingThatFailsIsRefusedAndTheClientGoesOn() {
    train(1, "bad", "");
    train(1, "bad", "no such state");
    serve();
    RoundMessage.Refused first = refused();
    assertThat(first.round()).isEqualTo(1);
    assertThat(first.client()).isEqualTo("bad");
    assertThat(first.code()).isEqualTo(RefusalCode.TRAINING_FAILED);
    assertThat(first.message()).contains("thirteen examples bring bad luck");
    assertThat(refused().code()).isEqualTo(RefusalCode.LOCAL_STATE_MISSING);
    join.replyTo()
        .tell(
            new HostMessage.Evaluate(
                1, "bad", weights("w1"), "", Set.of("validation"), round.getRef()));
    assertThat(round.receiveMessage()).isInstanceOf(RoundMessage.Evaluated.class);
  }

  @Test
  void aPoolThatClosesLeavesItsOrdersUnanswered() {
    pool.close();
    train(1, "a", "");
    serve();
    round.expectNoMessage(Duration.ofMillis(300));
  }

  @Test
  void endsWithTheRun() throws Exception {
    join.replyTo().tell(new HostMessage.Joined("h"));
    join.replyTo().tell(new HostMessage.Finished(true, "the run is complete"));
    assertThat(end()).isEqualTo(new RunOver(true, "the run is complete"));
    server.expectTerminated(host);
  }

  @Test
  void endsWhenItIsNotTaken() throws Exception {
    join.replyTo().tell(new HostMessage.JoinRefused(RefusalCode.WRONG_ENGINE, "isa differs"));
    assertThat(end()).isEqualTo(new NotTaken(RefusalCode.WRONG_ENGINE, "isa differs"));
  }

  @Test
  void endsWhenTheServerIsGone() throws Exception {
    join.replyTo().tell(new HostMessage.Joined("h"));
    server.stop();
    assertThat(end()).isEqualTo(new ServerGone());
  }

  @Test
  void whoWaitsForItsEndHearsOfItWhenItIsStopped() {
    kit.stop(host);
    assertThatThrownBy(this::end).hasMessageContaining("host h was stopped");
  }
}
