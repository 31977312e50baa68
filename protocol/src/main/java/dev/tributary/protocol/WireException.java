package dev.tributary.protocol;

/** Bytes that must not be believed, and why; the message names what was found and expected. */
public final class WireException extends Exception {
  private final RefusalCode code;

  /** What is wrong, as a code for the other side and as a sentence for people. */
  public WireException(RefusalCode code, String message) {
    super(message);
    this.code = code;
  }

  /** What is wrong, with what was thrown when it was noticed. */
  public WireException(RefusalCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The code to answer with. */
  public RefusalCode code() {
    return code;
  }
}
