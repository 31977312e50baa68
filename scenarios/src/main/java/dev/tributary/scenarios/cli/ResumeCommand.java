package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tributary resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Continue an interrupted run or sweep, to the same bits.",
    description = {
      "%nGoes on from the last checkpoint with the run's own settings. A run that is complete is"
          + " left",
      "as it is; of a sweep all runs that are not complete are continued or begun. The engine must"
          + " be",
      "the one the run was begun with, or exit code 42 says how it differs.%n",
      "Example:",
      "  tributary resume runs/quickstart%n"
    })
final class ResumeCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "RUN", description = "The directory of the run or sweep.")
  private Path directory = Path.of("");

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description =
          "How long a round, or an evaluation, may take, instead of federation.deadline-seconds;"
              + " for a run that missed its deadline.")
  private Optional<Double> deadline = Optional.empty();

  @Mixin private MachineOptions machine = new MachineOptions();

  ResumeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Requests.Resume request =
        new Requests.Resume(directory, machine.data(), machine.workers(), deadline());
    return session.backend().get().resume(request, session.console()).code();
  }

  private Optional<Duration> deadline() {
    return deadline.map(
        seconds -> {
          if (!(seconds >= 0.001 && seconds < 1e9)) {
            throw new Failure(
                ExitCode.USAGE,
                "--deadline must be a number of seconds from 0.001 to 1e9, got " + seconds);
          }
          return Duration.ofMillis(Math.round(seconds * 1000));
        });
  }
}
