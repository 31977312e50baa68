package dev.tributary.datasets;

import java.io.IOException;

/** Data that a run asks for is not there; the message names the files and the ways out. */
public final class MissingDataException extends IOException {
  private static final long serialVersionUID = 1;

  /** With a message that stands by itself. */
  public MissingDataException(String message) {
    super(message);
  }
}
