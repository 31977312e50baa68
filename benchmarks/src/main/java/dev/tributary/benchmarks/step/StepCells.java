package dev.tributary.benchmarks.step;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.PythonPeer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What steps are measured of: each subject with 10 and 32 examples, on as many threads as there
 * are.
 *
 * @param bench where the rows go
 * @param peer the opponent, if it is there
 * @param missing why it is not; empty if it is
 */
record StepCells(Bench bench, @Nullable PythonPeer peer, String missing) {

  /** One measurement. */
  @FunctionalInterface
  interface Cell {
    /** Measures and writes its rows. */
    void run(StepCells cells, Subject subject, int batch, int threads);
  }

  /** Runs all cells that the bench wants, with the opponent or without. */
  static void run(Bench bench, List<Subject> subjects, Cell cell) {
    try (PythonPeer peer = PythonPeer.start(bench, "step.py")) {
      new StepCells(bench, peer, "").each(subjects, cell);
    } catch (OpponentException e) {
      new StepCells(bench, null, e.reason()).each(subjects, cell);
    }
  }

  private void each(List<Subject> subjects, Cell cell) {
    for (Subject subject : subjects) {
      for (int batch : new int[] {10, 32}) {
        for (int threads : new int[] {1, 2}) {
          if (bench.wants(subject.name() + ", batch " + batch)
              && threads <= Runtime.getRuntime().availableProcessors()) {
            cell.run(this, subject, batch, threads);
          }
        }
      }
    }
  }
}
