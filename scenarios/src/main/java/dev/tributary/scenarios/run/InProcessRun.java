package dev.tributary.scenarios.run;

import dev.tributary.client.Host;
import dev.tributary.client.TrainingPool;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.server.Federation;
import dev.tributary.server.FederationSetup;
import dev.tributary.server.ServerWork;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;

/** A run in this process: the server's and all clients' actors in one system. */
final class InProcessRun {
  private InProcessRun() {}

  /**
   * Runs to the end, or to the failure.
   *
   * @param session begun or taken up; stays open
   * @param workers the training threads, &ge; 1
   */
  static RunSummary run(RunSession session, int workers) {
    Experiment experiment = session.experiment();
    ActorSystem<SpawnProtocol.Command> system = Systems.local();
    try (ServerWork work = new ServerWork();
        TrainingPool pool = experiment.pool(workers)) {
      try {
        Path states = session.directory().checkpoints().resolve("clients");
        Host.Setup host = experiment.host("in-process", _ -> true, states, pool);
        FederationSetup server =
            experiment.server(session.from(), session.checkpoints(), session.recorder(), work);
        CompletableFuture<Host.End> hostEnd = new CompletableFuture<>();
        spawn(system, Federation.create(server), "server");
        spawn(system, Host.create(host, hostEnd), "host");
        CompletableFuture<Void> _ =
            hostEnd.thenAccept(
                end -> {
                  if (end instanceof Host.NotTaken refused) {
                    session
                        .recorder()
                        .end()
                        .completeExceptionally(
                            new Failure(ExitCode.JOIN_REFUSED, refused.message()));
                  }
                });
        return session.finish(await(session.recorder().end()), workers);
      } finally {
        Systems.stop(system);
      }
    }
  }

  /** Spawns below the system's guardian. */
  static <T> void spawn(
      ActorSystem<SpawnProtocol.Command> system,
      org.apache.pekko.actor.typed.Behavior<T> behavior,
      String name) {
    system.tell(new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), system.ignoreRef()));
  }

  /** Waits; a failure comes out as itself. */
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.INTERRUPTED, "interrupted; what is done is kept", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
