package dev.tributary.datasets.fetch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A data set could not be fetched; the message says what was tried, what happened and what to do.
 */
public final class FetchException extends IOException {
  private static final long serialVersionUID = 1;

  /** With a message that stands by itself. */
  public FetchException(String message) {
    super(message);
  }

  /** With a message that stands by itself, and what led to it. */
  public FetchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
