package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import picocli.CommandLine.Option;

/** Where a process of a federation is reached. */
final class AddressOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "The address to bind and be reached at (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  String host() {
    return host;
  }

  /** The port if it is one, else a failure that names the option. */
  static int valid(String option, int port, int least) {
    if (port < least || port > 65_535) {
      throw new Failure(ExitCode.USAGE, option + " must be " + least + " to 65535, got " + port);
    }
    return port;
  }
}
