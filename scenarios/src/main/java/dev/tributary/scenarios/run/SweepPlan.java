package dev.tributary.scenarios.run;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.config.ScenarioFile;
import dev.tributary.scenarios.config.Sweep;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.SweepIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs of one command, each in its directory with its resolved scenario: all are checked and
 * written before the first begins, so that a mistake in the last shows at once and an interrupted
 * sweep knows what is left.
 *
 * @param directory the run's, or the sweep's that holds the runs'
 * @param name the scenario's
 * @param swept whether there is more than the run itself
 * @param runs in the order they are done
 */
public record SweepPlan(Path directory, String name, boolean swept, List<Run> runs) {
  /**
   * One run.
   *
   * @param label of the cell in its sweep; empty without one
   * @param method what a comparison calls it
   */
  public record Run(Path directory, String label, String method) {

    /** The scenario as it was resolved when the run was planned. */
    Scenario scenario() {
      Path file = directory.resolve(RunFiles.SCENARIO);
      return Scenario.from(ScenarioFile.load(file, List.of()).settings());
    }

    /** Whether all its rounds are done. */
    boolean complete() {
      Path summary = directory.resolve(RunFiles.SUMMARY);
      return Files.exists(summary) && RunFiles.read(RunSummary.class, summary).isComplete();
    }
  }

  /** Plans a scenario's runs below a new directory. */
  static SweepPlan create(ScenarioFile file, Path directory) {
    Sweep sweep = file.sweep();
    List<Scenario> scenarios = new ArrayList<>();
    for (Sweep.Cell cell : sweep.cells()) {
      scenarios.add(Scenario.from(file.settings(cell)));
    }
    String name = scenarios.getFirst().name();
    List<Run> runs = new ArrayList<>();
    if (sweep.swept()) {
      requireFree(directory);
    }
    for (int i = 0; i < scenarios.size(); i++) {
      Sweep.Cell cell = sweep.cells().get(i);
      Path own = sweep.swept() ? directory.resolve(cell.label()) : directory;
      try (RunDirectory created = RunDirectory.create(own)) {
        AtomicFiles.write(created.file(RunFiles.SCENARIO), scenarios.get(i).resolved());
      }
      String method = cell.method().isEmpty() ? scenarios.get(i).algorithm().id() : cell.method();
      runs.add(new Run(own, cell.label(), method));
    }
    SweepPlan plan = new SweepPlan(directory, name, sweep.swept(), runs);
    if (sweep.swept()) {
      SweepIndex index =
          new SweepIndex(
              name,
              runs.stream().map(Run::label).toList(),
              runs.stream().map(Run::method).toList());
      AtomicFiles.write(directory.resolve(RunFiles.SWEEP), Json.pretty(index));
    }
    return plan;
  }

  /** The plan that an earlier command left in a directory. */
  static SweepPlan load(Path directory) {
    Path file = directory.resolve(RunFiles.SWEEP);
    if (!Files.exists(file)) {
      RunDirectory.requireRun(directory);
      Run run = single(directory);
      return new SweepPlan(directory, run.scenario().name(), false, List.of(run));
    }
    SweepIndex index = RunFiles.read(SweepIndex.class, file);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < index.labels().size(); i++) {
      String label = index.labels().get(i);
      runs.add(new Run(directory.resolve(label), label, index.methods().get(i)));
    }
    return new SweepPlan(directory, index.name(), true, runs);
  }

  /**
   * Takes back what {@link #create} made, unless a run has begun: a command that fails before its
   * first round, say for want of data, can be repeated as it was.
   */
  void withdraw() {
    if (runs.stream().anyMatch(run -> Files.exists(run.directory.resolve(RunFiles.ENVIRONMENT)))) {
      return;
    }
    for (Run run : runs) {
      RunDirectory.remove(run.directory());
    }
    if (swept) {
      try {
        Files.deleteIfExists(directory.resolve(RunFiles.SWEEP));
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Run single(Path directory) {
    Path file = directory.resolve(RunFiles.SUMMARY);
    if (Files.exists(file)) {
      RunSummary summary = RunFiles.read(RunSummary.class, file);
      return new Run(directory, summary.label(), summary.method());
    }
    Run unnamed = new Run(directory, "", "");
    return new Run(directory, "", unnamed.scenario().algorithm().id());
  }

  private static void requireFree(Path directory) {
    try {
      if (Files.exists(directory)) {
        try (var entries = Files.list(directory)) {
          if (entries.findAny().isPresent()) {
            throw new Failure(
                ExitCode.RUN_DIRECTORY,
                Files.exists(directory.resolve(RunFiles.SWEEP))
                    ? directory
                        + " already holds a sweep; continue it with: tributary resume "
                        + directory
                        + ", or choose another directory with --out"
                    : directory + " is not empty; choose another directory with --out");
          }
        }
      }
    } catch (IOException e) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY, "cannot use " + directory + ": " + e.getMessage(), e);
    }
  }
}
