package dev.tributary.scenarios.report;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis from values to pixels with round tick values.
 *
 * @param low the lowest value shown
 * @param high the highest
 * @param step between ticks; 1, 2 or 5 times a power of ten
 * @param from the pixel of {@code low}
 * @param to the pixel of {@code high}
 */
record Scale(double low, double high, double step, double from, double to) {

  /** An axis whose ends are ticks. */
  static Scale rounded(double low, double high, int ticks, double from, double to) {
    double span = high > low ? high - low : Math.max(1e-9, Math.abs(high));
    double step = step(span, ticks);
    double first = Math.floor(low / step + 1e-9) * step;
    double last = Math.ceil(Math.max(high, low + span * 1e-6) / step - 1e-9) * step;
    return new Scale(first, last > first ? last : first + step, step, from, to);
  }

  /** An axis over whole numbers that ends where the data do. */
  static Scale whole(double low, double high, int ticks, double from, double to) {
    double end = high > low ? high : low + 1;
    return new Scale(low, end, Math.max(1, step(end - low, ticks)), from, to);
  }

  private static double step(double span, int ticks) {
    double rough = span / ticks;
    double power = StrictMath.pow(10, Math.floor(StrictMath.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
