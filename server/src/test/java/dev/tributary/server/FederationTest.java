package dev.tributary.server;

import static dev.tributary.server.FederationBench.client;
import static dev.tributary.server.FederationBench.join;
import static dev.tributary.server.FederationBench.rounds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.TrainingResult;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.HostMessage.Evaluate;
import dev.tributary.protocol.HostMessage.Finished;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.WireOptions;
import dev.tributary.server.FederationBench.FakeHost;
import dev.tributary.server.RunEvent.Aborted;
import dev.tributary.server.RunEvent.Completed;
import dev.tributary.server.RunEvent.Reason;
import dev.tributary.server.RunEvent.RoundEnded;
import dev.tributary.server.RunEvent.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a run goes from round to round and how it ends; who may join is in FederationJoinTest. */
class FederationTest {
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

  @Test
  void runsAllRoundsAndTellsOfThemInOrder() throws IOException {
    List<String> early = new CopyOnWriteArrayList<>();
    FakeHost host =
        bench
        .new FakeHost(
            message -> {
              if (message instanceof Train train && train.round() > 1) {
                int before = train.round() - 1;
                if (!Files.exists(
                    folder.resolve("checkpoints/round-%06d.ckpt".formatted(before)))) {
                  early.add("no checkpoint of round " + before);
                }
                if (bench.events(RoundEnded.class).size() != before) {
                  early.add("the listener has not heard of round " + before);
                }
              }
              return true;
            });
    bench.start(rounds(3, 0, 2)).tell(join("h", host.ref, client("a"), client("b")));
    Completed completed = bench.awaitEvent(Completed.class);
    assertThat(early).isEmpty();
    assertThat(
            bench.events.stream()
                .filter(e -> !(e instanceof RunEvent.Progress))
                .map(e -> e.getClass().getSimpleName()))
        .containsExactly("Started", "RoundEnded", "RoundEnded", "RoundEnded", "Completed");
    Started started = (Started) bench.events.getFirst();
    assertThat(started.from()).isEqualTo(1);
    assertThat(started.domains())
        .containsExactly(Map.entry("a", "domain-of-a"), Map.entry("b", "domain-of-b"));
    List<RoundEnded> ended = bench.events(RoundEnded.class);
    for (int round = 1; round <= 3; round++) {
      RoundEnded event = ended.get(round - 1);
      assertThat(event.round()).isEqualTo(round);
      assertThat(event.complete()).isTrue();
      assertThat(event.cohort()).containsExactly("a", "b");
      assertThat(event.weights().toArray())
          .containsExactly(2.5f * round, 1 + 2.5f * round, 2 + 2.5f * round, 3 + 2.5f * round);
      assertThat(event.localStates())
          .containsExactly(Map.entry("a", "state-a-" + round), Map.entry("b", "state-b-" + round));
      assertThat(event.down().payload()).isEqualTo(32);
      assertThat(event.up().payload()).isEqualTo(32);
    }
    assertThat(ended.get(0).evaluations()).isEmpty();
    assertThat(ended.get(1).evaluations()).containsOnlyKeys("a", "b");
    assertThat(ended.get(2).evaluations().get("b")).containsOnlyKeys("validation", "test");
    assertThat(completed.state().round()).isEqualTo(3);
    assertThat(bench.checkpoints.load(3).orElseThrow().weights().toArray())
        .containsExactly(7.5f, 8.5f, 9.5f, 10.5f);
    await().until(() -> host.seen.getLast() instanceof Finished finished && finished.complete());
  }

  @Test
  void ordersNameTheStateThatTheRecordNames() {
    FakeHost host = bench.host();
    bench.start(rounds(2, 0, 1)).tell(join("h", host.ref, client("a"), client("b")));
    bench.awaitEvent(Completed.class);
    List<String> orders = new ArrayList<>();
    for (HostMessage message : host.seen) {
      switch (message) {
        case Train t when t.client().equals("a") -> orders.add("train " + t.localState());
        case Evaluate e when e.client().equals("a") -> orders.add("evaluate " + e.localState());
        default -> {}
      }
    }
    assertThat(orders)
        .containsExactly("train ", "evaluate state-a-1", "train state-a-1", "evaluate state-a-2");
  }

  @Test
  void goesOnFromAStateOfAnEarlierRun() {
    TreeMap<String, String> locals = new TreeMap<>(Map.of("b", "state-b-2"));
    bench.from(new GlobalState(2, Fixtures.weights(5, 6, 7, 8), locals));
    FakeHost host = bench.host();
    bench.start(rounds(4, 0, 1)).tell(join("h", host.ref, client("a"), client("b")));
    Completed completed = bench.awaitEvent(Completed.class);
    assertThat(((Started) bench.events.getFirst()).from()).isEqualTo(3);
    assertThat(bench.events(RoundEnded.class)).extracting(RoundEnded::round).containsExactly(3, 4);
    assertThat(completed.state().weights().toArray()).containsExactly(10, 11, 12, 13);
    assertThat(host.trains().stream().filter(t -> t.round() == 3).map(Train::localState))
        .containsExactlyInAnyOrder("", "state-b-2");
  }

  @Test
  void aRunThatWasCompleteIsCompleteAtOnce() {
    bench.from(new GlobalState(4, Fixtures.weights(5, 6, 7, 8), new TreeMap<>()));
    FakeHost host = bench.host();
    bench.start(rounds(4, 0, 1)).tell(join("h", host.ref, client("a"), client("b")));
    bench.awaitEvent(Completed.class);
    assertThat(host.trains()).isEmpty();
  }

  @Test
  void aCohortCanBeAPartOfTheFederationAndAllEvaluate() {
    bench.clients("a", "c", "d", "e", "f");
    FakeHost host = bench.host();
    bench
        .start(rounds(6, 2, 3))
        .tell(join("h", host.ref, client("a"), client("c"), client("d"), client("e"), client("f")));
    bench.awaitEvent(Completed.class);
    CohortSampler sampler = new CohortSampler(Seeds.root(1), 2);
    for (RoundEnded event : bench.events(RoundEnded.class)) {
      assertThat(event.cohort())
          .hasSize(2)
          .isEqualTo(sampler.cohort(event.round(), List.of("a", "c", "d", "e", "f")));
      assertThat(event.updates()).extracting(RoundMessage::client).isEqualTo(event.cohort());
      assertThat(event.evaluations()).hasSize(event.round() % 3 == 0 ? 5 : 0);
      assertThat(event.weights().toArray()[0]).isEqualTo(event.round());
    }
    assertThat(host.trains()).hasSize(12);
  }

  @Test
  void aListenerThatCannotWriteEndsTheRun() {
    bench.onEvent(
        event -> {
          if (event instanceof RoundEnded ended && ended.round() == 2) {
            throw new IOException("No space left on device");
          }
        });
    assertEndsEarly(Reason.DISK, "No space left on device", bench.host());
    assertThat(bench.events(RoundEnded.class)).hasSize(2);
  }

  @Test
  void aListenerThatFailsAtTheLastEventEndsTheRunAsFailed() {
    bench.onEvent(
        event -> {
          if (event instanceof Completed) {
            throw new IOException("No space left for the summary");
          }
        });
    assertEndsEarly(Reason.DISK, "No space left for the summary", bench.host());
  }

  @Test
  void aCheckpointThatCannotBeWrittenEndsTheRun() throws IOException {
    Files.writeString(folder.resolve("checkpoints"), "a file in place of the folder");
    assertEndsEarly(Reason.DISK, "checkpoints", bench.host());
    // The round was told of, as a metric may be told again; the next did not begin.
    assertThat(bench.events(RoundEnded.class)).hasSize(1);
  }

  /** A weight of next to nothing is a share that the mean refuses: the round's actor crashes. */
  @Test
  void aChildThatCrashesEndsTheRunInsteadOfHangingIt() {
    bench.algorithm(new Faulty(examples -> examples == 10 ? 1e-20 : 1));
    assertEndsEarly(Reason.INTERNAL, "mean of round 1", bench.host());
  }

  @Test
  void aFaultInTheServerHalfEndsTheRun() {
    bench.algorithm(new Faulty(_ -> 1));
    assertEndsEarly(Reason.INTERNAL, "aggregate is broken", bench.host());
  }

  @Test
  void aFaultInTheServerItselfEndsTheRun() {
    bench.algorithm(
        new Faulty(
            _ -> {
              throw new IllegalStateException("weight is broken");
            }));
    assertEndsEarly(Reason.INTERNAL, "weight is broken", bench.host());
  }

  @Test
  void aRoundThatFailsEndsTheRunWithWhatWasMissing() {
    FakeHost host =
        bench
        .new FakeHost(
            message -> {
              if (message instanceof Train train && train.client().equals("b")) {
                train
                    .replyTo()
                    .tell(
                        new RoundMessage.Refused(
                            1, "b", RefusalCode.LOCAL_STATE_MISSING, "its folder is new"));
                return false;
              }
              return true;
            });
    ServerOptions all =
        new ServerOptions(
            2, 0, 1, 1, RoundBench.LONG, WireOptions.FP32, 1, Set.of("test"), Duration.ZERO);
    bench.start(all).tell(join("h", host.ref, client("a"), client("b")));
    Aborted aborted = bench.awaitEvent(Aborted.class);
    assertThat(aborted.kind()).isEqualTo(Reason.UPDATES_REFUSED);
    assertThat(aborted.reason())
        .contains("round 1")
        .contains("1 updates were taken and 2 must be")
        .contains("b: LOCAL_STATE_MISSING (its folder is new)");
  }

  @Test
  void anEvaluationThatFailsEndsTheRunBeforeItsCheckpoint() {
    FakeHost host =
        bench
        .new FakeHost(
            message -> {
              if (message instanceof Evaluate e && e.client().equals("b") && e.round() == 2) {
                e.replyTo()
                    .tell(
                        new RoundMessage.Refused(
                            2, "b", RefusalCode.TRAINING_FAILED, "out of memory"));
                return false;
              }
              return true;
            });
    assertEndsEarly(Reason.EVALUATION_FAILED, "out of memory", host);
    assertThat(folder.resolve("checkpoints/round-000001.ckpt")).exists();
    assertThat(folder.resolve("checkpoints/round-000002.ckpt")).doesNotExist();
  }

  private void assertEndsEarly(Reason kind, String message, FakeHost host) {
    bench.start(rounds(3, 0, 1)).tell(join("h", host.ref, client("a"), client("b")));
    Aborted aborted = bench.awaitEvent(Aborted.class);
    assertThat(aborted.kind()).isEqualTo(kind);
    assertThat(aborted.reason()).contains(message);
    await()
        .until(
            () ->
                host.seen.getLast() instanceof Finished finished
                    && !finished.complete()
                    && finished.message().contains(message));
  }

  /** FedAvg, but for the server's calls. */
  private record Faulty(IntToDoubleFunction weights) implements FederatedAlgorithm {
    @Override
    public String id() {
      return "faulty";
    }

    @Override
    public Set<dev.tributary.engine.parameters.Role> sharedRoles() {
      return FederationBench.FEDAVG.sharedRoles();
    }

    @Override
    public TrainingResult train(ClientRound round) {
      return FederationBench.FEDAVG.train(round);
    }

    @Override
    public double weight(int examples) {
      return weights.applyAsDouble(examples);
    }

    @Override
    public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
      throw new IllegalStateException("aggregate is broken");
    }
  }
}
