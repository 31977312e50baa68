package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.report.Comparison;
import dev.tributary.scenarios.report.Reports;
import dev.tributary.scenarios.report.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tributary report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Draw a run's or a sweep's report.html again, and print its result.",
    description = {
      "%nReads the files of the run and nothing else, so it works on old and on copied runs.%n",
      "Examples:",
      "  tributary report runs/quickstart",
      "  tributary report runs/quickstart/fedbn --format json%n"
    })
final class ReportCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "RUN", description = "The directory of the run or sweep.")
  private Path directory = Path.of("");

  @Mixin private OutputFormat format = new OutputFormat();

  ReportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Path> below = Reports.runsBelow(directory);
    if (!below.isEmpty()) {
      List<RunView> runs = below.stream().map(RunView::read).toList();
      runs.forEach(Reports::write);
      String title = runs.getFirst().summary().scenario();
      Path page = Reports.writeComparison(directory, title, runs);
      Comparisons.print(Comparison.of(runs), format, page, session.console());
      Reports.absent(directory).forEach(session.console()::note);
      return ExitCode.OK.code();
    }
    RunView run = RunView.read(directory);
    Path page = Reports.write(run);
    if (format.json()) {
      session.console().result(Json.pretty(run.summary()).strip());
    } else {
      Results.print(run, session.console());
      session.console().note("report: " + page);
    }
    if (!run.summary().isComplete()) {
      session.console().note("continue it with: tributary resume " + directory);
    }
    return ExitCode.OK.code();
  }
}
