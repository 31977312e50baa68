package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterVector;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a server must know to go on: what a checkpoint holds.
 *
 * @param round the last finished round; 0 before the first
 * @param weights the shared weights after it
 * @param localStates for each client that keeps state, the SHA-256 of what it holds
 */
public record GlobalState(
    int round, ParameterVector weights, SortedMap<String, String> localStates) {

  /** A state with a private copy of the map. */
  public GlobalState {
    localStates = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(localStates));
  }

  /** Before the first round. */
  public static GlobalState initial(ParameterVector weights) {
    return new GlobalState(0, weights, new TreeMap<>());
  }

  /** The SHA-256 of the state that a client should hold; empty if it has none. */
  public String localState(String client) {
    return localStates.getOrDefault(client, "");
  }
}
