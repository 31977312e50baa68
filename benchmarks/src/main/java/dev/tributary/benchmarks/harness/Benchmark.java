package dev.tributary.benchmarks.harness;

/** Something that {@code tributary bench} can measure. */
public interface Benchmark {

  /** The word on the command line. */
  String name();

  /** What it measures and against what, in one line. */
  String summary();

  /** Whether it has a comparison on real data, which {@code --real} asks for. */
  default boolean knowsRealData() {
    return false;
  }

  /**
   * Measures, and hands each row to {@link Bench#row} as soon as it is known.
   *
   * @throws InterruptedException if the process is asked to end
   */
  void run(Bench bench) throws InterruptedException;
}
