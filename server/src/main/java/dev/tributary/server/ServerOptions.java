package dev.tributary.server;

import dev.tributary.engine.settings.Settings;
import dev.tributary.protocol.WireOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How the server runs a federation.
 *
 * @param rounds how many, &ge; 1
 * @param clientsPerRound the cohort's size; 0 means all
 * @param quorum the share of the cohort, in (0, 1], that must have answered at the deadline, or the
 *     round fails; 1 by default, so that a slow machine cannot quietly change the result
 * @param minAccepted the share of the cohort, in [0, 1], whose updates must have been taken
 * @param deadline how long a round may take from its start
 * @param wire how weights and deltas travel
 * @param evaluateEvery evaluate after every so many rounds (and after the last), &ge; 1
 * @param splits which of validation and test are evaluated
 * @param syncEvery how long what is written of finished rounds may wait before it must be on the
 *     disk; zero: not at all. It decides what a power cut can take, never a bit of the result
 */
public record ServerOptions(
    int rounds,
    int clientsPerRound,
    double quorum,
    double minAccepted,
    Duration deadline,
    WireOptions wire,
    int evaluateEvery,
    Set<String> splits,
    Duration syncEvery) {

  /** Reads the sections {@code federation} and {@code evaluation}. */
  public static ServerOptions from(Settings federation, Settings evaluation) {
    int rounds = federation.integer("rounds", 10);
    federation.require(rounds >= 1, "rounds", "a whole number >= 1", rounds);
    int clients = federation.integer("clients-per-round", 0);
    federation.require(clients >= 0, "clients-per-round", ">= 1, or 0 for all clients", clients);
    double quorum = federation.number("quorum", 1);
    federation.require(quorum > 0 && quorum <= 1, "quorum", "a share in (0, 1]", quorum);
    double accepted = federation.number("min-accepted", 0.5);
    federation.require(
        accepted >= 0 && accepted <= 1, "min-accepted", "a share in [0, 1]", accepted);
    double deadline = federation.number("deadline-seconds", 1800);
    federation.require(
        deadline > 0 && deadline < 1e9, "deadline-seconds", "a number of seconds > 0", deadline);
    double sync = federation.number("sync-seconds", 1);
    federation.require(sync >= 0 && sync < 1e9, "sync-seconds", "a number of seconds >= 0", sync);
    int every = evaluation.integer("every", 1);
    evaluation.require(every >= 1, "every", "a number of rounds >= 1", every);
    List<String> splits = evaluation.texts("splits", List.of("validation", "test"));
    evaluation.require(
        !splits.isEmpty() && Set.of("validation", "test").containsAll(splits),
        "splits",
        "a list of validation and test",
        splits);
    return new ServerOptions(
        rounds,
        clients,
        quorum,
        accepted,
        Duration.ofMillis(Math.max(1, Math.round(deadline * 1000))),
        WireOptions.from(federation),
        every,
        new LinkedHashSet<>(splits),
        Duration.ofMillis(Math.round(sync * 1000)));
  }

  /** The same for a run of so many rounds, with other splits. */
  public ServerOptions over(int newRounds, Set<String> newSplits) {
    return new ServerOptions(
        newRounds,
        clientsPerRound,
        quorum,
        minAccepted,
        deadline,
        wire,
        evaluateEvery,
        newSplits,
        syncEvery);
  }

  /** The same with another deadline. */
  public ServerOptions within(Duration newDeadline) {
    return new ServerOptions(
        rounds,
        clientsPerRound,
        quorum,
        minAccepted,
        newDeadline,
        wire,
        evaluateEvery,
        splits,
        syncEvery);
  }

  /** Whether the model is evaluated after this round. */
  public boolean evaluatesAfter(int round) {
    return round % evaluateEvery == 0 || round == rounds;
  }
}
