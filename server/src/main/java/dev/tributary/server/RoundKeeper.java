package dev.tributary.server;

import dev.tributary.engine.files.Durability;
import java.io.IOException;
import java.util.List;

/**
 * Keeps finished rounds: tells the listener, then writes the checkpoint. Every round is written, so
 * a process may be killed at any moment; to the disk itself they are brought together, at most once
 * in {@link ServerOptions#syncEvery}, since that takes longer than a small round.
 *
 * <p>After a power cut a run goes on from the newest checkpoint that is whole. That may be many
 * rounds back, and clients that keep states keep them for two ({@code LocalStates}): where a round
 * has such states it is brought to the disk at once. Not for several threads.
 */
final class RoundKeeper {
  private final ServerOptions options;
  private final Checkpoints checkpoints;
  private final RunListener listener;
  private boolean synced;
  private long syncedAt;

  RoundKeeper(ServerOptions options, Checkpoints checkpoints, RunListener listener) {
    this.options = options;
    this.checkpoints = checkpoints;
    this.listener = listener;
  }

  /**
   * Keeps a round.
   *
   * @return the seconds that the checkpoint took
   */
  double keep(GlobalState state, RoundNotes notes, List<String> cohort) throws IOException {
    Durability durability = durability(state);
    // Told first: after a kill between the two, the round is run and told again.
    listener.on(notes.event(state, cohort, durability));
    long begin = System.nanoTime();
    checkpoints.save(state, durability);
    long end = System.nanoTime();
    if (durability == Durability.NOW) {
      synced = true;
      syncedAt = end;
    }
    return (end - begin) / 1e9;
  }

  /** The first round that this process keeps makes sure of what it went on from, too. */
  private Durability durability(GlobalState state) {
    boolean due =
        !synced
            || state.round() >= options.rounds()
            || !state.localStates().isEmpty()
            || System.nanoTime() - syncedAt >= options.syncEvery().toNanos();
    return due ? Durability.NOW : Durability.LATER;
  }
}
