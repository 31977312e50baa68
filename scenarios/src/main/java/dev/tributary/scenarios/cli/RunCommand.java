package dev.tributary.scenarios.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tributary run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Run a scenario, or all runs of its sweep.",
    description = {
      "%nTrains what the scenario file says and writes a run directory: the resolved settings,",
      "metrics, weights, TensorBoard events and report.html. A scenario with a sweep { } block"
          + " gives",
      "one such directory per run, a comparison.json and a common report.html.%n",
      "Examples:",
      "  tributary run scenarios/quickstart.conf",
      "  tributary run scenarios/quickstart.conf --set federation.rounds=50 \\",
      "      --set 'sweep.algorithm=[fedbn]'",
      "  tributary run digits.conf --data ~/data --out runs/digits --workers 2%n"
    })
final class RunCommand implements Callable<Integer> {
  private final Session session;
  @Mixin private RunOptions options = new RunOptions();

  RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return session.backend().get().run(options.request(), session.console()).code();
  }
}
