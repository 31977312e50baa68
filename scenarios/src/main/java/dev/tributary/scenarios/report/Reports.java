package dev.tributary.scenarios.report;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.SweepIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Draws reports; they are made from files alone, so an old run's can be drawn again. */
public final class Reports {
  private Reports() {}

  /** Writes {@code report.html} of one run and returns its path. */
  public static Path write(RunView run) {
    Path file = run.path().resolve(RunFiles.REPORT);
    AtomicFiles.write(file, new RunReport(run).html());
    return file;
  }

  /**
   * Writes {@code comparison.json} and {@code report.html} of several runs into a directory and
   * returns the latter's path.
   */
  public static Path writeComparison(Path directory, String title, List<RunView> runs) {
    AtomicFiles.write(directory.resolve(RunFiles.COMPARISON), Json.pretty(Comparison.of(runs)));
    Path file = directory.resolve(RunFiles.REPORT);
    AtomicFiles.write(file, new ComparisonReport(title, runs, absent(directory)).html());
    return file;
  }

  /**
   * The runs directly below a sweep's directory that have a summary, in the order of their names
   * with numbers by value; empty if the directory is a run itself.
   *
   * @throws Failure where the directory is of a sweep that has no such run
   */
  public static List<Path> runsBelow(Path directory) {
    if (Files.exists(directory.resolve(RunFiles.SCENARIO)) || !Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> runs = new ArrayList<>();
    try (var entries = Files.list(directory)) {
      entries
          .filter(e -> Files.exists(e.resolve(RunFiles.SUMMARY)))
          .sorted(NaturalOrder.BY_NAME)
          .forEach(runs::add);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.RUN_UNREADABLE, "cannot list " + directory + ": " + e.getMessage(), e);
    }
    if (runs.isEmpty() && Files.exists(directory.resolve(RunFiles.SWEEP))) {
      throw new Failure(
          ExitCode.RUN_UNREADABLE,
          directory + " has no run to show. " + String.join(". ", absent(directory)));
    }
    return runs;
  }

  /** Sentences on the runs of a sweep that have no directory, or no summary yet; mostly empty. */
  public static List<String> absent(Path directory) {
    Path sweep = directory.resolve(RunFiles.SWEEP);
    if (!Files.exists(sweep)) {
      return List.of();
    }
    List<String> gone = new ArrayList<>();
    List<String> begun = new ArrayList<>();
    for (String label : RunFiles.read(SweepIndex.class, sweep).labels()) {
      Path run = directory.resolve(label);
      if (!RunDirectory.isRun(run)) {
        gone.add(label);
      } else if (!Files.exists(run.resolve(RunFiles.SUMMARY))) {
        begun.add(label);
      }
    }
    List<String> sentences = new ArrayList<>();
    if (!gone.isEmpty()) {
      sentences.add("Of this sweep these runs have no directory: " + String.join(", ", gone));
    }
    if (!begun.isEmpty()) {
      sentences.add(
          "Of this sweep these runs have no results yet: "
              + String.join(", ", begun)
              + "; finish them with: tributary resume "
              + directory);
    }
    return sentences;
  }
}
