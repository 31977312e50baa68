package dev.tributary.datasets.stream;

import dev.tributary.engine.settings.SettingException;

/**
 * Which task a client of a federation is at, round by round. Task t lasts {@code roundsPerTask}
 * rounds; client c begins it {@code c mod (skew + 1)} rounds late, for t &ge; 1, so the clients of
 * a round are spread over up to two tasks. All begin task 0 in the first round, and the last task
 * is the shorter the later a client is.
 *
 * @param tasks of each client, &ge; 1
 * @param roundsPerTask &ge; 1
 * @param skew {@code stream.pace}: the delay of the latest clients in rounds, in [0, roundsPerTask)
 */
public record StreamPace(int tasks, int roundsPerTask, int skew) {

  /** Checks the ranges. */
  public StreamPace {
    if (tasks < 1 || roundsPerTask < 1) {
      throw new IllegalArgumentException(
          "tasks and rounds per task must be >= 1, got " + tasks + " and " + roundsPerTask);
    }
    if (skew < 0 || skew >= roundsPerTask) {
      throw new SettingException(
          "stream.pace must be in [0, %d), less than the rounds of a task, got %d"
              .formatted(roundsPerTask, skew));
    }
  }

  /**
   * The task of a client.
   *
   * @param round the number of rounds before this one, &ge; 0
   * @param client its number, from 0
   * @return in [0, tasks)
   */
  public int task(int round, int client) {
    int late = client % (skew + 1);
    return Math.clamp(Math.floorDiv(round - late, roundsPerTask), 0, tasks - 1);
  }
}
