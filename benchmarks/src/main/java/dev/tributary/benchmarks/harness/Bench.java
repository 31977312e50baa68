package dev.tributary.benchmarks.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One call of a benchmark: what was asked for, and where its rows go. */
public final class Bench {
  private final Options options;
  private final Path home;
  private final Map<String, String> environment;
  private final Consumer<String> progress;
  private final List<Row> rows = new ArrayList<>();
  private final Set<String> declined = new LinkedHashSet<>();
  private final Map<String, String> opponents = new LinkedHashMap<>();

  /**
   * What the user asked for.
   *
   * @param quick fewer pairs and shorter measurements
   * @param real real data where a benchmark knows both
   * @param only rows whose name has this in it; empty for all
   */
  public record Options(boolean quick, boolean real, String only) {}

  /**
   * A call.
   *
   * @param home Tributary's directory
   * @param environment the process's environment variables
   * @param progress takes lines for the one who waits
   */
  public Bench(
      Options options, Path home, Map<String, String> environment, Consumer<String> progress) {
    this.options = options;
    this.home = home;
    this.environment = environment;
    this.progress = progress;
  }

  /** What the user asked for. */
  public Options options() {
    return options;
  }

  /** How often ours and theirs take turns. */
  public int pairs() {
    return options.quick ? 2 : 5;
  }

  /** Whether a row of this name was asked for. */
  public boolean wants(String name) {
    boolean wanted = name.contains(options.only);
    if (!wanted) {
      declined.add(name);
    }
    return wanted;
  }

  /** Whether any row of these names was asked for, all of which one measurement gives. */
  public boolean wantsAny(Collection<String> names) {
    boolean any = false;
    for (String name : names) {
      any |= wants(name);
    }
    return any;
  }

  /** Tributary's directory. */
  public Path home() {
    return home;
  }

  /** The process's environment variables. */
  public Map<String, String> environment() {
    return environment;
  }

  /** A line for the one who waits. */
  public void progress(String line) {
    progress.accept(line);
  }

  /** Adds a row to the result, if it was asked for: a measurement can give more rows than were. */
  public void row(Row row) {
    if (!wants(row.name())) {
      return;
    }
    rows.add(row);
    progress.accept(
        "%s%s: ours %s %s, theirs %s, ratio %s (%s) %s%s"
            .formatted(
                row.name(),
                row.threads() == 0 ? "" : ", threads " + row.threads(),
                Samples.number(row.ours().median()),
                row.unit(),
                Samples.number(row.theirs().median()),
                Samples.number(row.ratio().median()),
                row.ratio().spread(),
                row.note(),
                row.error()));
  }

  /** Names an opponent with its version, for the result's head. */
  public void opponent(String name, String version) {
    opponents.put(name, version);
  }

  /** The rows so far. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** The names of rows that there are and that were not asked for, in the benchmark's order. */
  public List<String> declined() {
    return List.copyOf(declined);
  }

  /** The opponents so far, with their versions, in the order in which they were named. */
  public Map<String, String> opponents() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(opponents));
  }
}
