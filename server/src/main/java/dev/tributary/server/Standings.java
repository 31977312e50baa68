package dev.tributary.server;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where each client of a round stands, and how many stand there: an answer costs the same in a
 * cohort of ten thousand as in one of ten.
 */
final class Standings {

  /** What a round has of a client. */
  enum Standing {
    /** It has not answered, or its answer got lost. */
    OWES,
    /** Its update is waited for, fetched or checked. */
    IN_HAND,
    /** Its update is in the mean. */
    TAKEN,
    /** It has refused, or its update was. */
    REFUSED
  }

  private final Map<String, Standing> clients = new TreeMap<>();
  private final EnumMap<Standing, Integer> counts = new EnumMap<>(Standing.class);

  /** Everybody owes. */
  Standings(Collection<String> cohort) {
    for (String client : cohort) {
      put(client, Standing.OWES);
    }
  }

  /** Where a client stands; null for a stranger. */
  @Nullable Standing of(String client) {
    return clients.get(client);
  }

  /** Moves a client. */
  void put(String client, Standing now) {
    Standing before = clients.put(client, now);
    if (before != null) {
      counts.merge(before, -1, Integer::sum);
    }
    counts.merge(now, 1, Integer::sum);
  }

  /** How many stand there. */
  int count(Standing standing) {
    return counts.getOrDefault(standing, 0);
  }

  /** How many have been taken or refused. */
  int settled() {
    return count(Standing.TAKEN) + count(Standing.REFUSED);
  }

  /** Who owes, sorted. */
  List<String> owing() {
    return clients.entrySet().stream()
        .filter(e -> e.getValue() == Standing.OWES)
        .map(Map.Entry::getKey)
        .toList();
  }
}
