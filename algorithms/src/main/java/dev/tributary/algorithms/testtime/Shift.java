package dev.tributary.algorithms.testtime;

import dev.tributary.engine.data.Examples;

/**
 * Data of one kind that a source model meets at test time: a corruption at a severity, a domain it
 * was not trained on, or a mixture of such.
 *
 * @param name for people and files, for example {@code gaussian-noise-5}
 * @param examples in the order in which they arrive
 */
public record Shift(String name, Examples examples) {

  /** Checks that there is something. */
  public Shift {
    if (examples.size() < 1) {
      throw new IllegalArgumentException(
          "shift " + name + " must have at least one example, got none");
    }
  }
}
