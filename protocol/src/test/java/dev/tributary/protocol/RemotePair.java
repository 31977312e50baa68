package dev.tributary.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;

/** Two actor systems that reach each other over Artery's TCP on loopback, on ports the OS picks. */
final class RemotePair implements AutoCloseable {
  final ActorTestKit near = system("near");
  final ActorTestKit far = system("far");

  static ActorTestKit system(String name) {
    Config config =
        ConfigFactory.parseString(
            """
            pekko.actor.provider = remote
            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            pekko.remote.use-unsafe-remote-features-outside-cluster = on
            pekko.remote.warn-unsafe-watch-outside-cluster = off
            pekko.remote.watch-failure-detector.acceptable-heartbeat-pause = 3 s
            """);
    return ActorTestKit.create(name, config.withFallback(ConfigFactory.load()));
  }

  /** Starts an actor in the far system and returns the near system's reference to it. */
  <T> ActorRef<T> spawnFar(Behavior<T> behavior) {
    return nearView(far.spawn(behavior));
  }

  /** What the near system holds of an actor of the far one. */
  <T> ActorRef<T> nearView(ActorRef<T> farActor) {
    return ActorRefResolver.get(near.system())
        .resolveActorRef(ActorRefResolver.get(far.system()).toSerializationFormat(farActor));
  }

  /** Fetches from the near system and waits for the result. */
  BlobFetch.Result fetch(BlobRef ref, long maxBytes, BlobFetch.Patience patience, Duration wait) {
    TestProbe<BlobFetch.Result> probe = near.createTestProbe();
    near.spawn(BlobFetch.create(ref, probe.ref(), maxBytes, patience));
    return probe.receiveMessage(wait);
  }

  @Override
  public void close() {
    near.shutdownTestKit();
    far.shutdownTestKit();
  }
}
