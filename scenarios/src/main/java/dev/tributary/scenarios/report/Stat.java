package dev.tributary.scenarios.report;

import java.util.Collection;

/**
 * A number over repeated runs.
 *
 * @param mean the arithmetic mean; NaN of nothing
 * @param deviation the sample standard deviation (divided by n-1); NaN below two values
 * @param n how many values
 */
public record Stat(double mean, double deviation, int n) {

  /** Over these values, NaN ones left out. */
  public static Stat of(Collection<Double> values) {
    double[] known = values.stream().mapToDouble(v -> v).filter(v -> !Double.isNaN(v)).toArray();
    double sum = 0;
    for (double value : known) {
      sum += value;
    }
    double mean = sum / known.length;
    double squares = 0;
    for (double value : known) {
      squares += (value - mean) * (value - mean);
    }
    return new Stat(
        mean,
        known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1)),
        known.length);
  }
}
