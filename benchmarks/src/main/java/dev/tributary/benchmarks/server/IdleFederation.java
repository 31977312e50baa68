package dev.tributary.benchmarks.server;

import com.typesafe.config.ConfigFactory;
import dev.tributary.algorithms.AlgorithmCatalog;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.client.ClientData;
import dev.tributary.client.Host;
import dev.tributary.client.LocalStates;
import dev.tributary.client.LocalWork;
import dev.tributary.client.TrainingPool;
import dev.tributary.datasets.noise.NoisePool;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireOptions;
import dev.tributary.server.Checkpoints;
import dev.tributary.server.Federation;
import dev.tributary.server.FederationSetup;
import dev.tributary.server.GlobalState;
import dev.tributary.server.RunEvent;
import dev.tributary.server.RunListener;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.ServerWork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A federation as a run in one process has it, whose clients do not train. */
final class IdleFederation {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder().add("w", Role.WEIGHT, Shape.of(100, 100)).build();
  private static final String SCENARIO = "bench";
  private static final Map<String, String> ENGINE = Map.of();
  private static final Seeds SEEDS = Seeds.root(1);

  private final FederatedAlgorithm algorithm = AlgorithmCatalog.create(MapSettings.empty());
  private final ParameterVector initial = ParameterVector.zeros(LAYOUT);
  private final TreeMap<String, ClientData> clients = new TreeMap<>();
  private final Path folder;

  /**
   * A federation in which all clients take part in every round.
   *
   * @param folder for its checkpoints
   */
  IdleFederation(int size, Path folder) {
    this.folder = folder;
    NoisePool pool = new NoisePool(Shape.of(1), 2, SEEDS);
    for (int i = 0; i < size; i++) {
      String id = "client-" + (size + i);
      clients.put(
          id, new ClientData(id, "noise", pool.examples(1, SEEDS.child("client", i)), Map.of()));
    }
  }

  /** The seconds of each round without its checkpoint: from the first order to the new weights. */
  List<Double> rounds(int rounds) throws InterruptedException {
    List<Double> seconds = new ArrayList<>();
    CompletableFuture<RunEvent> end = new CompletableFuture<>();
    try (ServerWork work = new ServerWork();
        TrainingPool pool =
            new TrainingPool(
                Runtime.getRuntime().availableProcessors(), () -> new IdleTrainer(LAYOUT))) {
      Behavior<Void> both =
          Behaviors.setup(
              context -> {
                context.spawn(
                    Federation.create(
                        server(
                            rounds,
                            work,
                            event -> {
                              switch (event) {
                                case RunEvent.RoundEnded round ->
                                    seconds.add(
                                        round.seconds().getOrDefault("train", Double.NaN)
                                            + round.seconds().getOrDefault("aggregate", 0.0));
                                case RunEvent.Completed _, RunEvent.Aborted _ ->
                                    end.complete(event);
                                case RunEvent.Started _, RunEvent.Progress _ -> {}
                              }
                            })),
                    "server");
                context.spawn(Host.create(host(pool), new CompletableFuture<>()), "host");
                return Behaviors.empty();
              });
      ActorSystem<Void> system =
          ActorSystem.create(both, "bench", ConfigFactory.load("tributary-local"));
      try {
        if (end.get() instanceof RunEvent.Aborted aborted) {
          throw new IllegalStateException("the federation ended early: " + aborted.reason());
        }
      } finally {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get();
      }
      return List.copyOf(seconds);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private FederationSetup server(int rounds, ServerWork work, RunListener listener) {
    // Evaluated after the last round, which has to be.
    Map<String, Object> federation = Map.of("rounds", rounds);
    Map<String, Object> evaluation = Map.of("every", rounds, "splits", List.of("test"));
    return new FederationSetup(
        ServerOptions.from(MapSettings.of(federation), MapSettings.of(evaluation)),
        algorithm,
        SEEDS,
        new TreeSet<>(clients.keySet()),
        GlobalState.initial(initial),
        SCENARIO,
        ENGINE,
        new Checkpoints(folder.resolve("server"), LAYOUT, SCENARIO, ENGINE),
        listener,
        work);
  }

  private Host.Setup host(TrainingPool pool) {
    LocalStates states =
        new LocalStates(
            folder.resolve("clients"), LocalWork.localPart(algorithm, initial).layout());
    return new Host.Setup(
        "host",
        clients,
        SCENARIO,
        ENGINE,
        new LocalWork(algorithm, initial, states, WireOptions.FP32, SEEDS),
        pool,
        TensorCodec.payloadBytes(LAYOUT, Encoding.FP32) + 4096);
  }
}
