package dev.tributary.datasets.partition;

/** A division that cannot be made; the message names the sizes, the rule and the way out. */
public final class PartitionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With a message that stands by itself. */
  public PartitionException(String message) {
    super(message);
  }
}
