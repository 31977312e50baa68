package dev.tributary.server;

import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.federated.FedAvg;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.Rendezvous;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.ServerMessage;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.awaitility.Awaitility;

/** A federation in an actor system of its own, with hosts that answer as told by the test. */
final class FederationBench implements AutoCloseable {
  static final String SCENARIO = "scenario-hash";
  static final Map<String, String> ENGINE = Map.of("isa", "avx2", "threads", "1");
  static final FederatedAlgorithm FEDAVG =
      new FedAvg("fedavg", ModelFilling.BATCH_NORM, Weighting.EXAMPLES);

  /** What a test may do when an event comes. */
  interface OnEvent {
    void on(RunEvent event) throws IOException;
  }

  final ActorTestKit kit = ActorTestKit.create(RoundBench.SERIALIZED);
  final ServerWork work = new ServerWork();
  final List<RunEvent> events = new CopyOnWriteArrayList<>();
  final Checkpoints checkpoints;
  private final TreeSet<String> clients = new TreeSet<>(Set.of("a", "b"));
  private FederatedAlgorithm algorithm = FEDAVG;
  private GlobalState start = GlobalState.initial(Fixtures.weights(0, 1, 2, 3));
  private OnEvent onEvent = _ -> {};

  FederationBench(Path folder) {
    checkpoints = new Checkpoints(folder, Fixtures.WEIGHTS, SCENARIO, ENGINE);
  }

  FederationBench clients(String... ids) {
    clients.clear();
    clients.addAll(List.of(ids));
    return this;
  }

  FederationBench algorithm(FederatedAlgorithm other) {
    algorithm = other;
    return this;
  }

  FederationBench from(GlobalState state) {
    start = state;
    return this;
  }

  FederationBench onEvent(OnEvent action) {
    onEvent = action;
    return this;
  }

  static ServerOptions rounds(int rounds, int perRound, int evaluateEvery) {
    return new ServerOptions(
        rounds,
        perRound,
        1,
        0.5,
        RoundBench.LONG,
        WireOptions.FP32,
        evaluateEvery,
        Set.of("validation", "test"),
        Duration.ZERO);
  }

  /** The server as hosts find it. */
  ActorRef<ServerMessage> start(ServerOptions options) {
    kit.spawn(
        Federation.create(
            new FederationSetup(
                options,
                algorithm,
                Seeds.root(1),
                clients,
                start,
                SCENARIO,
                ENGINE,
                checkpoints,
                event -> {
                  events.add(event);
                  onEvent.on(event);
                },
                work)));
    TestProbe<Receptionist.Listing> listings = kit.createTestProbe(Receptionist.Listing.class);
    kit.system().receptionist().tell(Receptionist.subscribe(Rendezvous.SERVER, listings.getRef()));
    while (true) {
      Set<ActorRef<ServerMessage>> found =
          listings.receiveMessage().getServiceInstances(Rendezvous.SERVER);
      if (!found.isEmpty()) {
        return found.iterator().next();
      }
    }
  }

  static ServerMessage.Join join(
      String host, ActorRef<HostMessage> replyTo, ClientFacts... clients) {
    return new ServerMessage.Join(host, SCENARIO, ENGINE, List.of(clients), replyTo);
  }

  /** a has 10 examples, b 30, all others 10. */
  static ClientFacts client(String id) {
    return new ClientFacts(id, "domain-of-" + id, id.equals("b") ? 30 : 10);
  }

  /** A host whose messages the test sees, and that answers those the test lets through. */
  final class FakeHost {
    final List<HostMessage> seen = new CopyOnWriteArrayList<>();
    final ActorRef<HostMessage> ref;
    private final ActorRef<BlobSource.Command> blobs = kit.spawn(BlobSource.create());
    private final Predicate<HostMessage> answers;

    FakeHost(Predicate<HostMessage> answers) {
      this.answers = answers;
      Behavior<HostMessage> behavior =
          Behaviors.receiveMessage(
              message -> {
                seen.add(message);
                answer(message);
                return Behaviors.same();
              });
      this.ref = kit.spawn(behavior);
    }

    List<HostMessage.Train> trains() {
      return seen.stream()
          .filter(HostMessage.Train.class::isInstance)
          .map(HostMessage.Train.class::cast)
          .toList();
    }

    /** a's delta is 1 everywhere, b's 3: their mean by examples is 2.5, exactly. */
    private void answer(HostMessage message) {
      if (!answers.test(message)) {
        return;
      }
      switch (message) {
        case HostMessage.Train train -> {
          float step = train.client().equals("b") ? 3 : 1;
          var bytes =
              TensorCodec.encode(
                  ParameterVector.of(Fixtures.WEIGHTS, step, step, step, step), Encoding.FP32);
          String id = train.client() + train.round();
          blobs.tell(new BlobSource.Lend(id, bytes, 1, kit.system().ignoreRef()));
          int examples = client(train.client()).trainExamples();
          train
              .replyTo()
              .tell(
                  new RoundMessage.Updated(
                      train.round(),
                      train.client(),
                      examples,
                      examples,
                      1,
                      0.5,
                      2 * step,
                      0.01,
                      "state-%s-%d".formatted(train.client(), train.round()),
                      new BlobRef(id, bytes.size(), blobs.narrow())));
        }
        case HostMessage.Evaluate evaluate -> {
          TreeMap<String, Evaluation> results = new TreeMap<>();
          evaluate.splits().forEach(split -> results.put(split, new Evaluation(8, 4, 2)));
          evaluate
              .replyTo()
              .tell(new RoundMessage.Evaluated(evaluate.round(), evaluate.client(), results, 0.01));
        }
        case HostMessage.Joined _, HostMessage.JoinRefused _, HostMessage.Finished _ -> {}
      }
    }
  }

  FakeHost host() {
    return new FakeHost(_ -> true);
  }

  <E extends RunEvent> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <E extends RunEvent> E awaitEvent(Class<E> type) {
    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> !events(type).isEmpty());
    return events(type).getLast();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    work.close();
  }
}
