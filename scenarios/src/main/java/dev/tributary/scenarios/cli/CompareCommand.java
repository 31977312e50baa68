package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Reports;
import dev.tributary.scenarios.report.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tributary compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Put runs side by side.",
    description = {
      "%nRuns of one method that differ in their seed are one row with mean and deviation. A"
          + " sweep's",
      "directory stands for all its runs.%n",
      "Examples:",
      "  tributary compare runs/a runs/b",
      "  tributary compare runs/quickstart runs/digits --out comparison%n"
    })
final class CompareCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Directories of runs or sweeps.")
  private List<Path> directories = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write comparison.json and report.html there too.")
  private Optional<Path> out = Optional.empty();

  @Mixin private OutputFormat format = new OutputFormat();

  CompareCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<RunView> runs = new ArrayList<>();
    for (Path directory : directories) {
      List<Path> below = Reports.runsBelow(directory);
      (below.isEmpty() ? List.of(directory) : below).forEach(run -> runs.add(RunView.read(run)));
    }
    Path page = out.map(directory -> write(directory, runs)).orElse(null);
    Comparisons.print(Comparison.of(runs), format, page, session.console());
    directories.forEach(d -> Reports.absent(d).forEach(session.console()::note));
    return ExitCode.OK.code();
  }

  private static Path write(Path directory, List<RunView> runs) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY,
          "cannot make the directory " + directory + "; choose another one with --out",
          e);
    }
    return Reports.writeComparison(directory, "Comparison", runs);
  }
}
