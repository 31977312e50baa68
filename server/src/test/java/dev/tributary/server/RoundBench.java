package dev.tributary.server;

import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A round of clients whose hosts are probes; all messages pass through the wire's serializer. */
final class RoundBench {
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

  /** Far longer than any of these tests may take: a round that needs it has hung. */
  static final Duration LONG = Duration.ofSeconds(60);

  static final int ROUND = 5;

  final ActorTestKit kit;
  final ServerWork work;
  final ActorRef<BlobSource.Command> blobs;
  final TestProbe<RoundOutcome> outcome;
  final Map<String, TestProbe<HostMessage>> hosts = new LinkedHashMap<>();
  final BlobRef weights;
  private final Map<String, RoundPlan.Member> members = new LinkedHashMap<>();
  private long maxBlobBytes = 16 + 1100;
  private WireOptions wire = WireOptions.FP32;
  private int blobsMade;

  RoundBench(ActorTestKit kit, ServerWork work) {
    this.kit = kit;
    this.work = work;
    this.blobs = kit.spawn(BlobSource.create());
    this.outcome = kit.createTestProbe(RoundOutcome.class);
    this.weights = blob(TensorCodec.encode(Fixtures.weights(1, 2, 3, 4), Encoding.FP32));
  }

  RoundBench with(String client, int examples, double share) {
    TestProbe<HostMessage> host = kit.createTestProbe(HostMessage.class);
    hosts.put(client, host);
    return with(client, examples, share, host.getRef());
  }

  RoundBench away(String client, int examples, double share) {
    return with(client, examples, share, null);
  }

  private RoundBench with(
      String client,
      int examples,
      double share,
      @org.jspecify.annotations.Nullable ActorRef<HostMessage> host) {
    ClientFacts facts = new ClientFacts(client, "domain", examples);
    members.put(client, new RoundPlan.Member(facts, share, "state-of-" + client, host));
    return this;
  }

  /** As if the model were so large. */
  RoundBench maxBlobBytes(long bytes) {
    maxBlobBytes = bytes;
    return this;
  }

  /** How weights and deltas travel, instead of in float32. */
  RoundBench wire(WireOptions options) {
    wire = options;
    return this;
  }

  ActorRef<Round.Command> start(double quorum, double minAccepted, Duration deadline) {
    RoundPlan plan =
        new RoundPlan(
            ROUND,
            members,
            weights,
            Fixtures.WEIGHTS,
            wire,
            maxBlobBytes,
            quorum,
            minAccepted,
            deadline,
            _ -> {});
    return kit.spawn(
        Round.create(plan, new MeanAccumulator(plan.shared()), work, outcome.getRef()));
  }

  /** The order that the client's host gets. */
  HostMessage.Train order(String client) {
    return order(client, host(client));
  }

  HostMessage.Train order(String client, TestProbe<HostMessage> host) {
    HostMessage.Train train = host.expectMessageClass(HostMessage.Train.class);
    if (!train.client().equals(client)) {
      throw new AssertionError("the order is for " + train.client());
    }
    return train;
  }

  TestProbe<HostMessage> host(String client) {
    TestProbe<HostMessage> host = hosts.get(client);
    if (host == null) {
      throw new AssertionError(client + " has no host");
    }
    return host;
  }

  BlobRef blob(ByteString bytes) {
    String id = "blob-" + ++blobsMade;
    blobs.tell(new BlobSource.Put(id, bytes));
    return new BlobRef(id, bytes.size(), blobs.narrow());
  }

  BlobRef delta(float... values) {
    return blob(TensorCodec.encode(Fixtures.weights(values), Encoding.FP32));
  }

  BlobRef delta(ParameterLayout layout, float... values) {
    return blob(TensorCodec.encode(ParameterVector.of(layout, values), Encoding.FP32));
  }

  static Updated update(String client, int examples, BlobRef delta) {
    return update(ROUND, client, examples, delta);
  }

  static Updated update(int round, String client, int examples, BlobRef delta) {
    return new Updated(
        round, client, examples, 2L * examples, 3, 0.5, 1.5, 0.25, "next-of-" + client, delta);
  }

  RoundOutcome ends() {
    return outcome.receiveMessage(Duration.ofSeconds(10));
  }
}
