package dev.tributary.client;

import dev.tributary.engine.data.Examples;
import dev.tributary.protocol.ClientFacts;
import java.util.Map;
import java.util.Optional;

/**
 * A simulated device and its data.
 *
 * @param id unique in the federation; letters, digits, '.', '_' and '-'
 * @param domain where its data come from
 * @param train what it trains on, not empty
 * @param evaluation by split ({@code validation}, {@code test}, or {@link TaskSplit} with a
 *     stream): what it is evaluated on
 * @param stream how what it trains on changes over time; empty where it does not
 */
public record ClientData(
    String id,
    String domain,
    Examples train,
    Map<String, Examples> evaluation,
    Optional<ClientStream> stream) {

  /** A device whose data do not change. */
  public ClientData(String id, String domain, Examples train, Map<String, Examples> evaluation) {
    this(id, domain, train, evaluation, Optional.empty());
  }

  /** A device; its id must be usable as a folder's name and it must have something to train on. */
  public ClientData {
    if (!id.matches("[A-Za-z0-9._-]{1,80}") || id.startsWith(".")) {
      throw new IllegalArgumentException(
          "a client's id must be 1 to 80 letters, digits, '.', '_' or '-', got '" + id + "'");
    }
    if (train.size() == 0) {
      throw new IllegalArgumentException("client " + id + " has no training examples");
    }
    evaluation = Map.copyOf(evaluation);
  }

  /** What the server may know of it. */
  public ClientFacts facts() {
    return new ClientFacts(id, domain, train.size());
  }
}
