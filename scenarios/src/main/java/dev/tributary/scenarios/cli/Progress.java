package dev.tributary.scenarios.cli;

import java.util.Locale;
import java.util.Map;

/**
 * How far a run is.
 *
 * @param run what it is called
 * @param cell its number in the sweep, from 1
 * @param cells how many the sweep has; 1 without one
 * @param round the last finished round
 * @param rounds all rounds
 * @param share what part of the current round is done, 0 to 1
 * @param domainAccuracy by domain after the last evaluated round, shares in [0, 1]
 * @param samplesPerSecond of the last round
 * @param secondsLeft for everything that is still to run; NaN if unknown
 */
public record Progress(
    String run,
    int cell,
    int cells,
    int round,
    int rounds,
    double share,
    Map<String, Double> domainAccuracy,
    double samplesPerSecond,
    double secondsLeft) {
  private static final int BAR = 16;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  /** Whether the run's last round is done. */
  public boolean finished() {
    return round >= rounds;
  }

  /** One line of at most {@code width} characters; domains that do not fit are left out. */
  public String line(int width) {
    String head =
        (cells > 1 ? "[%d/%d] ".formatted(cell, cells) : "")
            + run
            + " "
            + bar()
            + " %d/%d".formatted(round, rounds);
    StringBuilder line = new StringBuilder(head);
    String tail = tail();
    if (!domainAccuracy.isEmpty()) {
      double mean =
          domainAccuracy.values().stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElse(Double.NaN);
      line.append(String.format(Locale.ROOT, "  mean %.1f %%", 100 * mean));
      for (Map.Entry<String, Double> domain : domainAccuracy.entrySet()) {
        String part =
            String.format(Locale.ROOT, "  %s %.1f", domain.getKey(), 100 * domain.getValue());
        if (line.length() + part.length() + tail.length() > width) {
          break;
        }
        line.append(part);
      }
    }
    line.append(tail);
    return line.length() <= width ? line.toString() : line.substring(0, Math.max(0, width));
  }

  private String tail() {
    String speed =
        samplesPerSecond > 0
            ? String.format(Locale.ROOT, "  %,.0f samples/s", samplesPerSecond)
            : "";
    return Double.isNaN(secondsLeft) || (finished() && cell == cells)
        ? speed
        : speed + "  " + clock(secondsLeft) + " left";
  }

  private String bar() {
    double done = rounds == 0 ? 1 : Math.clamp((round + share) / rounds, 0, 1);
    int eighths = (int) Math.floor(done * BAR * 8);
    String full = "█".repeat(eighths / 8);
    String part = eighths % 8 == 0 ? "" : String.valueOf(EIGHTHS.charAt(eighths % 8));
    return "│" + full + part + " ".repeat(BAR - full.length() - part.length()) + "│";
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d".formatted(whole / 3600, whole % 3600 / 60, whole % 60);
  }
}
