package dev.tributary.scenarios.cli;

import picocli.CommandLine.Option;

/** {@code --format} of the verbs that read. */
public final class OutputFormat {
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

  /** Whether scripts are to read it. */
  public boolean json() {
    return kind == Kind.JSON;
  }
}
