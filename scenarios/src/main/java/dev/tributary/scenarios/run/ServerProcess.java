package dev.tributary.scenarios.run;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.server.Federation;
import dev.tributary.server.ServerWork;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.remote.RemoteTransportException;

/** The server of a run whose clients live in other processes; a member of a Pekko cluster. */
final class ServerProcess {
  private ServerProcess() {}

  /**
   * Waits for all clients, then runs to the end or to the failure.
   *
   * @param session begun or taken up; stays open
   * @param host the address to listen on, which clients can reach
   * @param port to listen on
   */
  static RunSummary run(RunSession session, String host, int port) {
    requireWholeModel(session.experiment());
    if (session.trained()) {
      return session.finish(new RunRecorder.Completed(session.from()), 1);
    }
    ActorSystem<SpawnProtocol.Command> system;
    try {
      system = Systems.cluster(host, port, host + ":" + port, "server");
    } catch (RemoteTransportException e) {
      throw new Failure(
          ExitCode.CLUSTER,
          "cannot listen on %s:%d (%s); is another server running? Choose another --port"
              .formatted(host, port, e.getMessage()),
          e);
    }
    try (ServerWork work = new ServerWork()) {
      try {
        InProcessRun.spawn(
            system,
            Federation.create(
                session
                    .experiment()
                    .server(session.from(), session.checkpoints(), session.recorder(), work)),
            "server");
        return session.finish(InProcessRun.await(session.recorder().end()), 1);
      } finally {
        Systems.stop(system);
      }
    }
  }

  /** Test time needs a whole model; what clients keep lies on their own disks. */
  private static void requireWholeModel(Experiment experiment) {
    if (!experiment.testTime().isEmpty() && !experiment.local().isEmpty()) {
      throw new Failure(
          ExitCode.SCENARIO_INVALID,
          "test-time needs the whole model, but with algorithm %s clients in processes of their own keep %d of its tensors; use an algorithm that shares all of them, or run the scenario in one process (tributary run), or without the section: --set test-time=null"
              .formatted(
                  experiment.scenario().algorithm().id(),
                  experiment.local().layout().specs().size()));
    }
  }
}
