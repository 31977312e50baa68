package dev.tributary.protocol;

/** Why something was not taken. Numbers are part of the wire format and never used again. */
public enum RefusalCode {
  /** The wire format's version is not ours. */
  WRONG_VERSION(1),
  /** The message speaks of another round. */
  WRONG_ROUND(2),
  /** The client is not in this round's cohort, or not in the federation. */
  UNKNOWN_CLIENT(3),
  /** The client has answered already. */
  DUPLICATE(4),
  /** The tensors' names, roles, shapes or order are not ours. */
  WRONG_LAYOUT(5),
  /** The number of bytes is not what the layout needs. */
  WRONG_LENGTH(6),
  /** A value is NaN or infinite. */
  NOT_FINITE(7),
  /** A value is too large for the accumulator. */
  OUT_OF_RANGE(8),
  /** The bytes are larger than the limit. */
  TOO_LARGE(9),
  /** The bytes cannot be read as the message they should be. */
  MALFORMED(10),
  /** The bytes could not be fetched from their source. */
  TRANSFER_FAILED(11),
  /** The client does not hold the state that the server's record names. */
  LOCAL_STATE_MISSING(12),
  /** The training itself failed. */
  TRAINING_FAILED(13),
  /** The other side runs another scenario. */
  WRONG_SCENARIO(14),
  /** The other side's engine could give other bits. */
  WRONG_ENGINE(15),
  /** The number of examples does not agree with what the client said when it joined. */
  WRONG_EXAMPLES(16);

  private final int number;

  RefusalCode(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }
}
