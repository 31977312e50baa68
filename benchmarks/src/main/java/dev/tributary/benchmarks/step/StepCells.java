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

  /**
   * Runs all cells of which the bench wants a row, with the opponent or without.
   *
   * @param kinds what the names of a cell's rows begin with, see {@link #what}
   */
  static void run(Bench bench, List<Subject> subjects, List<String> kinds, Cell cell) {
    try (PythonPeer peer = PythonPeer.start(bench, "step.py")) {
      new StepCells(bench, peer, "").each(subjects, kinds, cell);
    } catch (OpponentException e) {
      new StepCells(bench, null, e.reason()).each(subjects, kinds, cell);
    }
  }

  /** What the names of a cell's rows end with. */
  static String what(Subject subject, int batch) {
    return subject.name() + ", batch " + batch;
  }

  private void each(List<Subject> subjects, List<String> kinds, Cell cell) {
    for (Subject subject : subjects) {
      for (int batch : new int[] {10, 32}) {
        String what = what(subject, batch);
        List<String> rows = kinds.stream().map(kind -> kind + what).toList();
        for (int threads : new int[] {1, 2}) {
          if (bench.wantsAny(rows) && threads <= Runtime.getRuntime().availableProcessors()) {
            cell.run(this, subject, batch, threads);
          }
        }
      }
    }
  }
}
