package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.report.Comparison;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How {@code report} and {@code compare} print what they compared. */
final class Comparisons {
  private Comparisons() {}

  static void print(
      Comparison comparison, OutputFormat format, @Nullable Path page, Console console) {
    if (format.json()) {
      console.result(Json.pretty(comparison).strip());
      return;
    }
    Results.print(comparison, console);
    if (page != null) {
      console.note("report: " + page);
    }
  }
}
