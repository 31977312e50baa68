package dev.tributary.scenarios.run;

import dev.tributary.client.Host;
import dev.tributary.client.TrainingPool;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.remote.RemoteTransportException;

/**
 * A host of some of a run's clients; a member of the server's cluster. It outlives the server: when
 * that dies it leaves the broken cluster and looks for a new one at the same address.
 */
final class ClientProcess {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private ClientProcess() {}

  /**
   * What the process is.
   *
   * @param name unique in the federation
   * @param clients the ids of its clients
   * @param states where they keep what stays with them; the same folder after a restart
   * @param host the address to listen on
   * @param port to listen on, 0 for any
   * @param server {@code host:port} of the server
   * @param workers training threads, &ge; 1
   * @param patience how long to look for the server
   */
  record Plan(
      String name,
      NavigableSet<String> clients,
      Path states,
      String host,
      int port,
      String server,
      int workers,
      Duration patience) {}

  /** Serves until the run is over. */
  static Host.RunOver run(Experiment experiment, Plan plan, Consumer<String> say) {
    try (TrainingPool pool = experiment.pool(plan.workers())) {
      Host.Setup setup =
          experiment.host(plan.name(), plan.clients()::contains, plan.states(), pool);
      say.accept(
          "%s: looking for the server at %s, for up to %d s"
              .formatted(plan.name(), plan.server(), plan.patience().toSeconds()));
      while (true) {
        switch (once(setup, plan)) {
          case Host.RunOver over -> {
            return over;
          }
          case Host.NotTaken(var code, String message) ->
              throw new Failure(
                  ExitCode.JOIN_REFUSED, "the server refused this host (" + code + "): " + message);
          case Host.ServerGone _ ->
              say.accept("the server is gone; looking for it at " + plan.server() + " again");
        }
      }
    }
  }

  private static Host.End once(Host.Setup setup, Plan plan) {
    ActorSystem<SpawnProtocol.Command> system;
    try {
      system = Systems.cluster(plan.host(), plan.port(), plan.server(), "client");
    } catch (RemoteTransportException e) {
      throw new Failure(
          ExitCode.CLUSTER,
          "cannot listen on %s:%d (%s)".formatted(plan.host(), plan.port(), e.getMessage()),
          e);
    }
    try {
      CompletableFuture<Host.End> end = new CompletableFuture<>();
      InProcessRun.spawn(system, Host.create(setup, end), "host");
      // A cluster that has lost its server shuts its other members down.
      CompletableFuture<Host.End> ended =
          end.applyToEither(
              system
                  .getWhenTerminated()
                  .toCompletableFuture()
                  .thenApply(_ -> new Host.ServerGone()),
              how -> how);
      requireServer(system, plan, ended);
      return InProcessRun.await(ended);
    } finally {
      Systems.stop(system);
    }
  }

  /** Waits for the end or for a sight of the server, for as long as the plan's patience lasts. */
  private static void requireServer(
      ActorSystem<?> system, Plan plan, CompletableFuture<Host.End> ended) {
    long deadline = System.nanoTime() + plan.patience().toNanos();
    while (!ended.isDone() && !seesServer(system)) {
      if (System.nanoTime() > deadline) {
        throw new Failure(
            ExitCode.CLUSTER,
            "no server at %s within %d s; start it with: tributary server FILE --host %s"
                .formatted(
                    plan.server(),
                    plan.patience().toSeconds(),
                    plan.server().replaceFirst(":(\\d+)$", " --port $1")));
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Failure(ExitCode.INTERRUPTED, "interrupted while looking for the server", e);
      }
    }
  }

  private static boolean seesServer(ActorSystem<?> system) {
    return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
        .anyMatch(member -> member.hasRole("server"));
  }
}
