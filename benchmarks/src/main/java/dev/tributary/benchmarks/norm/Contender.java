package dev.tributary.benchmarks.norm;

/** Normalises the same batch again and again, forward and backward, for one thread. */
interface Contender extends AutoCloseable {
  /** Once forward and backward. */
  void pass();

  @Override
  void close();
}
