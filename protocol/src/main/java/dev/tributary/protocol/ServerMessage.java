package dev.tributary.protocol;

import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** What the server understands from hosts of clients. */
public sealed interface ServerMessage extends Wire {

  /**
   * A host offers its clients.
   *
   * @param host the host's name, unique in the federation
   * @param scenario SHA-256 of the resolved scenario: both sides must mean the same run
   * @param engine what can change bits (ISA, kernels, versions, threads): must equal the server's
   * @param clients the clients that live on the host
   * @param replyTo gets {@link HostMessage.Joined} or {@link HostMessage.JoinRefused}, later rounds
   */
  record Join(
      String host,
      String scenario,
      Map<String, String> engine,
      List<ClientFacts> clients,
      ActorRef<HostMessage> replyTo)
      implements ServerMessage {}
}
