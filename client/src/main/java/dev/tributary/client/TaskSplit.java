package dev.tributary.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of what a client with a stream is evaluated on: the examples of one task in one split,
 * {@code test/003}.
 *
 * @param split {@code validation} or {@code test}
 * @param task the task's place in the client's stream, from 0, below 1,000
 */
public record TaskSplit(String split, int task) {
  private static final Pattern NAME = Pattern.compile("([a-z]+)/(\\d{3})");

  /** Checks the range. */
  public TaskSplit {
    if (task < 0 || task > 999) {
      throw new IllegalArgumentException("a task must be in [0, 999], got " + task);
    }
  }

  /** The name, so that names sort as tasks do. */
  public String id() {
    return "%s/%03d".formatted(split, task);
  }

  /** What a name means; empty for a split of a client without a stream. */
  public static Optional<TaskSplit> of(String id) {
    Matcher matcher = NAME.matcher(id);
    return matcher.matches()
        ? Optional.of(new TaskSplit(matcher.group(1), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }
}
