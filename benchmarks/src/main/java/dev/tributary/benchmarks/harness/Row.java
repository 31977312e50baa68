package dev.tributary.benchmarks.harness;

/**
 * One line of a benchmark's result.
 *
 * @param name what was measured
 * @param threads how many threads each side had; 0 where each side chose for itself
 * @param unit of {@code ours} and {@code theirs}
 * @param better which way the unit is good
 * @param ours measurements of ours
 * @param theirs measurements of the opponent; none without one
 * @param ratio how many times better ours is, pair by pair; its median is the median of the pairs'
 *     ratios, which drift of the machine touches less than the ratio of the medians
 * @param note what a reader should know, or empty
 * @param error why the row is not whole, with the way out; empty where nothing is wrong
 */
public record Row(
    String name,
    int threads,
    String unit,
    Better better,
    Samples ours,
    Samples theirs,
    Samples ratio,
    String note,
    String error) {

  /**
   * A comparison.
   *
   * @param ours one measurement per pair
   * @param theirs as many, in the same order
   */
  public static Row compared(
      String name,
      int threads,
      String unit,
      Better better,
      double[] ours,
      double[] theirs,
      String note) {
    if (ours.length != theirs.length) {
      throw new IllegalArgumentException(
          name + " has " + ours.length + " measurements of ours and " + theirs.length);
    }
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = better.ratio(ours[i], theirs[i]);
    }
    return new Row(
        name,
        threads,
        unit,
        better,
        Samples.of(ours),
        Samples.of(theirs),
        Samples.of(ratios),
        note,
        "");
  }

  /** A measurement of ours that has no opponent. */
  public static Row alone(
      String name, int threads, String unit, Better better, double[] ours, String note) {
    return new Row(
        name, threads, unit, better, Samples.of(ours), Samples.NONE, Samples.NONE, note, "");
  }

  /** A comparison whose opponent is missing or failed; ours is shown all the same. */
  public static Row unopposed(
      String name, int threads, String unit, Better better, double[] ours, String error) {
    return new Row(
        name, threads, unit, better, Samples.of(ours), Samples.NONE, Samples.NONE, "", error);
  }
}
