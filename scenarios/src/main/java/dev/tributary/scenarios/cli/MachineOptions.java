package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What belongs to the machine and not to the scenario. */
final class MachineOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data sets lie; without it TRIBUTARY_DATA says.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many clients train at once; changes the time, never the result.")
  private Optional<Integer> workers = Optional.empty();

  Optional<Path> data() {
    return data;
  }

  Optional<Integer> workers() {
    workers
        .filter(n -> n < 1)
        .ifPresent(
            n -> {
              throw new Failure(ExitCode.USAGE, "--workers must be at least 1, got " + n);
            });
    return workers;
  }
}
