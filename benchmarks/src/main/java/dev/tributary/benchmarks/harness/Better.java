package dev.tributary.benchmarks.harness;

/** Which way a unit is good; a ratio above 1 always means that ours is better. */
public enum Better {
  /** Times, bytes of memory. */
  LOWER,
  /** Rates. */
  HIGHER;

  /** How many times better ours is. */
  public double ratio(double ours, double theirs) {
    return this == LOWER ? theirs / ours : ours / theirs;
  }
}
