package dev.tributary.scenarios.report;

import java.util.Locale;

/** Numbers and text as a page or a table shows them; always the same on every machine. */
public final class Format {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Format() {}

  /** A share in [0, 1] as percent with one digit, without the sign; a dash for NaN. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  /** Bytes in decimal units with three significant digits: {@code 57.0 MB}. */
  public static String bytes(double bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return (unit == 0 ? String.format(Locale.ROOT, "%.0f", value) : significant(value))
        + " "
        + BYTE_UNITS[unit];
  }

  /** A whole number of bytes, see {@link #bytes(double)}. */
  public static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /** A duration: {@code 0.42 s}, {@code 38.1 s}, {@code 2 min 05 s}, {@code 1 h 02 min}. */
  public static String seconds(double seconds) {
    if (Double.isNaN(seconds)) {
      return "–";
    }
    if (seconds < 99.95) {
      return significant(seconds) + " s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** A count with a comma between groups of three digits. */
  public static String count(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%,.0f", value);
  }

  /** A whole number with a comma between groups of three digits. */
  public static String count(long value) {
    return count((double) value);
  }

  /** So many of something: {@code 1 round}, {@code 2 rounds}. */
  public static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Three significant digits, plain. */
  static String significant(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    return String.format(
        Locale.ROOT, size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
  }

  /** Text inside an element or an attribute in quotes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
