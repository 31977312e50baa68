package dev.tributary.benchmarks.step;

import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.PythonPeer;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.benchmarks.harness.Samples;

/**
 * Their side of a cell: PyTorch's step in its usual memory layout and with channels last, turn by
 * turn. The layout with the better median over all pairs counts; the better of each pair would be a
 * layout that no user has.
 */
final class TheirSteps {
  /** The unit of a row. */
  static final String UNIT = "ms/step";

  private final StepCells cells;
  private final Subject subject;
  private final int batch;
  private final int threads;
  private final double seconds;
  private final double[] plain;
  private final double[] channelsLast;
  private String error;

  /**
   * Nothing measured yet.
   *
   * @param seconds of a turn in one layout
   */
  TheirSteps(StepCells cells, Subject subject, int batch, int threads, double seconds) {
    this.cells = cells;
    this.subject = subject;
    this.batch = batch;
    this.threads = threads;
    this.seconds = seconds;
    this.plain = new double[cells.bench().pairs()];
    this.channelsLast = new double[plain.length];
    this.error = cells.missing();
  }

  /** Measures both layouts, unless the opponent is missing or has failed. */
  void turn(int pair) {
    PythonPeer peer = cells.peer();
    if (peer == null || !error.isEmpty()) {
      return;
    }
    try {
      plain[pair] = subject.ask(peer, batch, threads, "plain", seconds);
      channelsLast[pair] = subject.ask(peer, batch, threads, "channels-last", seconds);
    } catch (OpponentException e) {
      error = e.reason();
    }
  }

  /** The row that compares ours with it. */
  Row row(String name, double[] ours) {
    return error.isEmpty()
        ? compared(name, threads, ours, plain, channelsLast)
        : Row.unopposed(name, threads, UNIT, Better.LOWER, ours, error);
  }

  /** Against the layout with the lower median, which the note names. */
  static Row compared(
      String name, int threads, double[] ours, double[] plain, double[] channelsLast) {
    boolean plainWins = Samples.of(plain).median() <= Samples.of(channelsLast).median();
    return Row.compared(
        name,
        threads,
        UNIT,
        Better.LOWER,
        ours,
        plainWins ? plain : channelsLast,
        "theirs is PyTorch, " + (plainWins ? "plain" : "channels last"));
  }
}
