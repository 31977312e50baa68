package dev.tributary.datasets.stream;

/** The order in which the learners of a federation meet the tasks. */
public enum TaskOrder {
  /** All in the same order. */
  SAME,

  /** Each in an order of its own, by seed. */
  OWN
}
