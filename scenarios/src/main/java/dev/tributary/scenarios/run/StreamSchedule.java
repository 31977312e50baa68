package dev.tributary.scenarios.run;

import dev.tributary.datasets.stream.StreamOptions;
import dev.tributary.datasets.stream.StreamPace;
import dev.tributary.engine.settings.Settings;

/**
 * The section {@code stream}: how data change over time, and how long a task lasts.
 *
 * @param options which tasks
 * @param roundsPerTask {@code rounds-per-task}, &ge; 1
 * @param once {@code pass = once}: the rounds of a task share its examples, so that each is met in
 *     one round; {@code pass = every-round}: each round has them all
 */
public record StreamSchedule(StreamOptions options, int roundsPerTask, boolean once) {

  /** Which examples of a task a round has. */
  enum TaskPass {
    /** All of them. */
    EVERY_ROUND,
    /** Its share. */
    ONCE
  }

  /** Reads the section; without it nothing changes. */
  public static StreamSchedule from(Settings settings) {
    StreamOptions options = StreamOptions.from(settings);
    int rounds = options.streams() ? settings.integer("rounds-per-task", 1) : 1;
    settings.require(rounds >= 1, "rounds-per-task", "a number of rounds >= 1", rounds);
    boolean once =
        options.streams() && settings.choice("pass", TaskPass.EVERY_ROUND) == TaskPass.ONCE;
    return new StreamSchedule(options, rounds, once);
  }

  /** By round, the first at 0: the task that a client is at. */
  int[] taskOfRound(int tasks, int client) {
    StreamPace pace = new StreamPace(tasks, roundsPerTask, options.pace());
    int[] taskOfRound = new int[Math.multiplyExact(tasks, roundsPerTask)];
    for (int round = 0; round < taskOfRound.length; round++) {
      taskOfRound[round] = pace.task(round, client);
    }
    return taskOfRound;
  }
}
