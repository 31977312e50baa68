package dev.tributary.benchmarks.harness;

import org.jspecify.annotations.Nullable;

/** The opponent is missing or failed; the message says how to get it, or what it said. */
public final class OpponentException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong, and the way out. */
  public OpponentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message: never empty. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
