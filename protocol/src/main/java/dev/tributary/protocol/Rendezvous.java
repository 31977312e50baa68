package dev.tributary.protocol;

import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/** Under which name hosts of clients find the server, in one process or across a cluster. */
public final class Rendezvous {
  /** The server's key at the receptionist. */
  public static final ServiceKey<ServerMessage> SERVER =
      ServiceKey.create(ServerMessage.class, "tributary-server");

  private Rendezvous() {}
}
