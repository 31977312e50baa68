package dev.tributary.datasets.stream;

/** Which examples the tasks get where several could use the same ones. */
public enum ExampleUse {
  /** Each example is in one task only; every class is dealt evenly. */
  DISJOINT,

  /** Every task has all of them. */
  ALL
}
