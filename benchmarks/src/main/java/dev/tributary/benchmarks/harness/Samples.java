package dev.tributary.benchmarks.harness;

import java.util.Arrays;
import java.util.Locale;

/**
 * Repeated measurements of one thing.
 *
 * @param median the middle one, or the mean of the two in the middle; NaN without measurements
 * @param min the smallest; NaN without measurements
 * @param max the largest; NaN without measurements
 */
public record Samples(double median, double min, double max) {
  /** Nothing measured. */
  public static final Samples NONE = new Samples(Double.NaN, Double.NaN, Double.NaN);

  /** What these values come to. */
  public static Samples of(double... values) {
    if (values.length == 0) {
      return NONE;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Samples(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** Whether there is anything. */
  public boolean present() {
    return !Double.isNaN(median);
  }

  /** {@code min..max} with three digits; empty without measurements. */
  public String spread() {
    return present() ? number(min) + ".." + number(max) : "";
  }

  /** A number with at least three digits that count; empty for NaN. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    double size = Math.abs(value);
    int decimals = size == 0 ? 3 : Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
