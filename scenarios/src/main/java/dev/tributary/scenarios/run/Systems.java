package dev.tributary.scenarios.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Actor systems for the ways a run can be laid out. */
final class Systems {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private Systems() {}

  /** One process, no network. */
  static ActorSystem<SpawnProtocol.Command> local() {
    return start(ConfigFactory.load("tributary-local"));
  }

  /**
   * A member of a cluster.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param seed {@code host:port} of the server
   * @param role {@code server} or {@code client}
   */
  static ActorSystem<SpawnProtocol.Command> cluster(
      String host, int port, String seed, String role) {
    Config own =
        ConfigFactory.parseString(
            """
            pekko.remote.artery.canonical { hostname = "%s", port = %d }
            pekko.cluster.seed-nodes = [ "pekko://tributary@%s" ]
            pekko.cluster.roles = [ "%s" ]
            """
                .formatted(host, port, seed, role));
    return start(own.withFallback(ConfigFactory.load("tributary-cluster")));
  }

  private static ActorSystem<SpawnProtocol.Command> start(Config config) {
    Behavior<SpawnProtocol.Command> guardian = Behaviors.setup(_ -> SpawnProtocol.create());
    return ActorSystem.create(guardian, "tributary", config);
  }

  /** Stops the system and waits until it is gone (or has taken too long). */
  static void stop(ActorSystem<?> system) {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      system.log().warn("the actor system did not stop in {}", STOP_WITHIN, e);
    }
  }
}
