package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.output.RoundRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns the events of a run into {@link Progress}, with an estimate of the time left. */
public final class ProgressMeter {
  private final Console console;
  private final String run;
  private final int cell;
  private final int cells;

  private int from = 1;
  private int rounds;
  private int last;
  private double share;
  private double firstSeconds = Double.NaN;
  private double laterSeconds;
  private int later;
  private double speed;
  private double testSince = Double.NaN;
  private int testFrom;
  private Map<String, Double> accuracy = Map.of();

  /**
   * For one run.
   *
   * @param run what it is called
   * @param cell its number in the sweep, from 1
   * @param cells how many the sweep has; 1 without one
   */
  public ProgressMeter(Console console, String run, int cell, int cells) {
    this.console = console;
    this.run = run;
    this.cell = cell;
    this.cells = cells;
  }

  /** Round {@code from} of {@code rounds} begins. */
  public synchronized void started(int from, int rounds) {
    this.from = from;
    this.rounds = rounds;
    this.last = from - 1;
    show();
  }

  /** So many of a cohort have answered. */
  public synchronized void answered(int answered, int cohort) {
    share = cohort == 0 ? 0 : (double) answered / cohort;
    show();
  }

  /** A round has ended. */
  public synchronized void round(RoundRecord round) {
    share = 0;
    last = round.round();
    speed = round.samplesPerSecond();
    if (round.round() == from || Double.isNaN(firstSeconds)) {
      firstSeconds = round.seconds();
    } else {
      laterSeconds += round.seconds();
      later++;
    }
    if (!round.test().isEmpty()) {
      Map<String, Double> next = new LinkedHashMap<>();
      round.test().forEach((domain, metrics) -> next.put(domain, metrics.accuracy()));
      accuracy = next;
    }
    show();
  }

  /** The trained model is being tested: so many of all cells are done. */
  public synchronized void testing(int done, int all) {
    if (done == 0 || Double.isNaN(testSince)) {
      testSince = System.nanoTime();
      testFrom = done;
    }
    double each = (System.nanoTime() - testSince) / 1e9 / Math.max(1, done - testFrom);
    console.progress(
        new Progress(
            run + " at test time",
            cell,
            cells,
            done,
            all,
            0,
            Map.of(),
            0,
            done == testFrom ? Double.NaN : each * (all - done)));
  }

  private void show() {
    // The first round warms up: later ones tell better what is to come.
    double each = later > 0 ? laterSeconds / later : firstSeconds;
    double here = each * Math.max(0, rounds - last - share);
    double left = here + each * rounds * (cells - cell);
    console.progress(new Progress(run, cell, cells, last, rounds, share, accuracy, speed, left));
  }
}
