package dev.tributary.datasets.stream;

/** The order in which classes become tasks. */
public enum ClassOrder {
  /** By seed. */
  SHUFFLED,

  /** As they are numbered. */
  NATURAL
}
