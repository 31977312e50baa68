package dev.tributary.scenarios.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that {@code run}, {@code server} and {@code client} share. */
final class RunOptions {
  @Parameters(paramLabel = "FILE", description = "The scenario file (HOCON).")
  private Path file = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting over the file's, as often as needed; the value is HOCON.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory; without it run makes a new one below runs/.")
  private Optional<Path> out = Optional.empty();

  @Mixin private MachineOptions machine = new MachineOptions();

  Requests.Run request() {
    return new Requests.Run(file, List.copyOf(overrides), out, machine.data(), machine.workers());
  }
}
