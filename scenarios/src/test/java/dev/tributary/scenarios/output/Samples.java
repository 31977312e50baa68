package dev.tributary.scenarios.output;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records with made-up numbers, for tests of files and reports. */
public final class Samples {
  private Samples() {}

  /** A round whose accuracies grow with it: (50 + round) and (70 + round) of 100. */
  public static RoundRecord round(int round) {
    return round(round, Map.of());
  }

  /** The same where data change over time. */
  public static RoundRecord round(int round, Map<String, StreamRecord> streams) {
    Map<String, DomainMetrics> test = new LinkedHashMap<>();
    test.put("print", new DomainMetrics(100, 50L + round, 1.25));
    test.put("pen", new DomainMetrics(100, 70L + round, 0.75));
    return new RoundRecord(
        round,
        "complete",
        2.5,
        2,
        2,
        1,
        Map.of("not-finite", 1),
        1.5 / round,
        400,
        Map.of("print", new DomainMetrics(10, 6, 1)),
        test,
        streams,
        List.of(),
        Map.of(),
        Map.of("c1", 0.5, "c2", 0.25),
        Map.of("payload", 4000L, "metadata", 120L, "framing", 30L),
        Map.of("payload", 16_000L, "metadata", 120L, "framing", 40L),
        Map.of("payload", 4000L, "metadata", 80L, "framing", 20L),
        new TimeSplit(2, 0.5, 0.1, 0.05));
  }

  /** A complete run of two domains; the second is 0.2 better than the first. */
  public static RunSummary summary(String method, long seed, double accuracy) {
    Map<String, Double> domains = new LinkedHashMap<>();
    domains.put("print", accuracy);
    domains.put("pen", accuracy + 0.2);
    return new RunSummary(
        RunSummary.SCHEMA_VERSION,
        RunSummary.COMPLETE,
        "sample",
        method + "-seed" + seed,
        method,
        method,
        "",
        "lite-cnn",
        seed,
        3,
        accuracy + 0.1,
        accuracy + 0.1,
        domains,
        Map.of(),
        List.of(),
        Map.of(),
        0.6,
        "ab".repeat(32),
        "cd".repeat(32),
        7.5,
        400,
        12_450,
        12_300,
        Map.of("payload", 12_000L, "metadata", 360L, "framing", 90L),
        Map.of("payload", 48_000L, "metadata", 360L, "framing", 120L),
        Map.of("payload", 12_000L, "metadata", 240L, "framing", 60L),
        Map.of("not-finite", 3),
        List.of("data are drawn, not photographed"));
  }
}
