package dev.tributary.scenarios;

import org.jspecify.annotations.Nullable;

/**
 * Something that the user can put right. The message stands by itself, names the thing, the value
 * and the way out, and is all that is printed; the code is the process's exit status.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode code;

  /** A failure that nothing lower down explains better. */
  public Failure(ExitCode code, String message) {
    this(code, message, null);
  }

  /** A failure with its cause, which {@code --verbose} shows. */
  public Failure(ExitCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The exit status that goes with it. */
  public ExitCode code() {
    return code;
  }
}
