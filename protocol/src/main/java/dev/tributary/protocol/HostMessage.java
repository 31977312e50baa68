package dev.tributary.protocol;

import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** What a host of clients understands from the server. */
public sealed interface HostMessage extends Wire {

  /** The clients were taken in. */
  record Joined(String host) implements HostMessage {}

  /** The clients were not taken in; the host must not try again with the same facts. */
  record JoinRefused(RefusalCode code, String message) implements HostMessage {}

  /**
   * One client is to train.
   *
   * @param round from 1
   * @param client its id
   * @param weights the encoded shared weights to start from
   * @param localState SHA-256 of the state that the client should hold, empty if it has none yet
   * @param replyTo gets {@link RoundMessage.Updated} or {@link RoundMessage.Refused}
   */
  record Train(
      int round, String client, BlobRef weights, String localState, ActorRef<RoundMessage> replyTo)
      implements HostMessage {}

  /**
   * One client is to evaluate the shared weights, merged with the state it holds, on its own data.
   *
   * @param round the round after which this is
   * @param client its id
   * @param weights the encoded shared weights
   * @param localState SHA-256 of the state that the client should hold, empty if it has none yet
   * @param splits which of {@code validation} and {@code test}
   * @param replyTo gets {@link RoundMessage.Evaluated} or {@link RoundMessage.Refused}
   */
  record Evaluate(
      int round,
      String client,
      BlobRef weights,
      String localState,
      Set<String> splits,
      ActorRef<RoundMessage> replyTo)
      implements HostMessage {}

  /** The run is over; a host process may end. */
  record Finished(boolean complete, String message) implements HostMessage {}
}
