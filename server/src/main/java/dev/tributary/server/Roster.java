package dev.tributary.server;

import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.HostMessage.JoinRefused;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.ServerMessage.Join;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Which clients of the federation have joined, what they said, and where each lives. */
final class Roster {
  private final SortedSet<String> clients;
  private final String scenario;
  private final Map<String, String> engine;
  private final TreeMap<String, ClientFacts> facts = new TreeMap<>();
  private final Map<String, ActorRef<HostMessage>> hosts = new HashMap<>();
  private final Map<String, String> hostOf = new HashMap<>();

  /**
   * @param clients the ids of the federation
   * @param scenario SHA-256 of the resolved scenario
   * @param engine what can change bits
   */
  Roster(SortedSet<String> clients, String scenario, Map<String, String> engine) {
    this.clients = clients;
    this.scenario = scenario;
    this.engine = engine;
  }

  /** Why a host cannot be taken in, or null if it can. */
  @Nullable JoinRefused refusal(Join join) {
    if (!join.scenario().equals(scenario)) {
      return new JoinRefused(
          RefusalCode.WRONG_SCENARIO,
          "host " + join.host() + " runs another scenario; start it with the server's file");
    }
    if (!join.engine().equals(engine)) {
      return new JoinRefused(
          RefusalCode.WRONG_ENGINE,
          "host %s could give other bits than the server (was: server, is: host): %s"
              .formatted(join.host(), Checkpoints.differences(engine, join.engine())));
    }
    Set<String> ids = new HashSet<>();
    for (ClientFacts client : join.clients()) {
      String id = client.id();
      if (!clients.contains(id)) {
        return new JoinRefused(
            RefusalCode.UNKNOWN_CLIENT,
            "the federation has no client " + id + "; it has " + clients);
      }
      if (!ids.add(id)) {
        return duplicate("host " + join.host() + " names client " + id + " twice");
      }
      String owner = hostOf.get(id);
      if (owner != null && !owner.equals(join.host()) && hosts.containsKey(owner)) {
        return duplicate(
            "client %s lives on host %s already; give each host clients of its own"
                .formatted(id, owner));
      }
    }
    return namesake(join, ids);
  }

  /** A host that was restarted brings the same clients; another one by mistake does not. */
  private @Nullable JoinRefused namesake(Join join, Set<String> ids) {
    ActorRef<HostMessage> present = hosts.get(join.host());
    if (present == null || present.equals(join.replyTo())) {
      return null;
    }
    TreeSet<String> lost = new TreeSet<>();
    hostOf.forEach(
        (client, host) -> {
          if (host.equals(join.host()) && !ids.contains(client)) {
            lost.add(client);
          }
        });
    return lost.isEmpty()
        ? null
        : duplicate(
            "a host named %s is there already, with clients %s; give each host a name of its own"
                .formatted(join.host(), lost));
  }

  private static JoinRefused duplicate(String message) {
    return new JoinRefused(RefusalCode.DUPLICATE, message);
  }

  /** Takes the host's clients in. */
  void take(Join join) {
    hosts.put(join.host(), join.replyTo());
    for (ClientFacts client : join.clients()) {
      facts.put(client.id(), client);
      hostOf.put(client.id(), join.host());
    }
  }

  /** Forgets a host, unless its name has passed on to a newer one. */
  void lose(ActorRef<HostMessage> host) {
    hosts.values().removeIf(host::equals);
  }

  /** Whether all clients are there now. */
  boolean isComplete() {
    return clients.stream().allMatch(client -> hostOf(client) != null);
  }

  /** Where a client lives, or null while its host is away. */
  @Nullable ActorRef<HostMessage> hostOf(String client) {
    return hosts.get(hostOf.getOrDefault(client, ""));
  }

  /** What a client said when it joined. */
  ClientFacts facts(String client) {
    ClientFacts known = facts.get(client);
    if (known == null) {
      throw new IllegalStateException(client + " has not joined");
    }
    return known;
  }

  /** The domain of each client that has joined. */
  SortedMap<String, String> domains() {
    TreeMap<String, String> domains = new TreeMap<>();
    facts.forEach((id, client) -> domains.put(id, client.domain()));
    return domains;
  }

  /** The hosts that are there. */
  Set<ActorRef<HostMessage>> hosts() {
    return new HashSet<>(hosts.values());
  }
}
