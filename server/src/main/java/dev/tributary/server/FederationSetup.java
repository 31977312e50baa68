package dev.tributary.server;

import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.random.Seeds;
import java.util.Map;
import java.util.SortedSet;

/**
 * What a run is.
 *
 * @param options rounds, cohort, quorum, deadline
 * @param algorithm the method
 * @param seeds the run's root
 * @param clients the ids that must join before the first round
 * @param start where to go on from; round 0 for a new run
 * @param scenario SHA-256 of the resolved scenario
 * @param engine what can change bits
 * @param checkpoints where the state is kept
 * @param listener hears of everything
 * @param work the server's thread for arithmetic and files
 */
public record FederationSetup(
    ServerOptions options,
    FederatedAlgorithm algorithm,
    Seeds seeds,
    SortedSet<String> clients,
    GlobalState start,
    String scenario,
    Map<String, String> engine,
    Checkpoints checkpoints,
    RunListener listener,
    ServerWork work) {}
