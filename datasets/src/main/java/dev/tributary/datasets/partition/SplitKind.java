package dev.tributary.datasets.partition;

/** The ways to divide data over clients, as scenario files name them (lower case, hyphens). */
public enum SplitKind {
  /** One client per domain. */
  BY_DOMAIN,
  /** Random parts of equal size. */
  IID,
  /** Label skew by a Dirichlet draw per class. */
  DIRICHLET,
  /** Label skew by shards of sorted labels. */
  SHARDS,
  /** Sizes by a Dirichlet draw, classes mixed alike. */
  QUANTITY
}
