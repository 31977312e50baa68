package dev.tributary.scenarios.cli;

import picocli.CommandLine.Option;

/** {@code --format} of the verbs that read. */
final class OutputFormat {
  /** The formats. */
  enum Kind {
    /** For people. */
    TEXT,
    /** For scripts. */
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Kind kind = Kind.TEXT;

  boolean json() {
    return kind == Kind.JSON;
  }
}
