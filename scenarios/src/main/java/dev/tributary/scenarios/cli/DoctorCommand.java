package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.output.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tributary doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Say what this machine has, what it lacks, and how to get it.",
    description =
        "%nExit code 0 when everything that every run needs is there, else 70. What is only good to"
            + " have is marked with a dash.%n")
final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data sets lie; without it TRIBUTARY_DATA says.")
  private Optional<Path> data = Optional.empty();

  @Mixin private OutputFormat format = new OutputFormat();

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Doctor.Check> checks =
        new Doctor(session.backend(), data, Path.of("").toAbsolutePath()).checks();
    if (format.json()) {
      session.console().result(Json.pretty(checks).strip());
    } else {
      checks.forEach(this::print);
    }
    boolean broken = checks.stream().anyMatch(c -> c.status().equals(Doctor.BROKEN));
    return (broken ? ExitCode.INTERNAL : ExitCode.OK).code();
  }

  private void print(Doctor.Check check) {
    String mark =
        switch (check.status()) {
          case Doctor.OK -> "✓";
          case Doctor.BROKEN -> "✗";
          default -> "–";
        };
    session.console().result("%s %-15s %s".formatted(mark, check.name(), check.found()));
    if (!check.remedy().isEmpty()) {
      session.console().result("  %-15s → %s".formatted("", check.remedy()));
    }
  }
}
