package dev.tributary.scenarios.cli;

/**
 * Where a verb speaks: results to the standard output, everything else to the standard error, so
 * that results can be piped. Safe to use from several threads.
 */
public interface Console {

  /** A line of the result. */
  void result(String line);

  /** A line for the one who waits; not part of the result. */
  void note(String line);

  /** The state of a run: rewrites one line on a terminal, prints one now and then elsewhere. */
  void progress(Progress progress);

  /** Whether results should be set in bold where that helps. */
  boolean colored();
}
