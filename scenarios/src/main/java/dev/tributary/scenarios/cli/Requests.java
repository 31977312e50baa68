package dev.tributary.scenarios.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the command line asks of the {@link Backend}, one record per verb. */
public final class Requests {
  private Requests() {}

  /**
   * A run, or a sweep of runs.
   *
   * @param file the scenario
   * @param overrides {@code key=value}, later ones win
   * @param out the directory for the run; a place below {@code runs/} when empty
   * @param data where data sets lie; what the environment says when empty
   * @param workers how many clients train at once; the scenario's or the machine's choice when
   *     empty
   */
  public record Run(
      Path file,
      List<String> overrides,
      Optional<Path> out,
      Optional<Path> data,
      Optional<Integer> workers) {}

  /**
   * A run that was interrupted, or a sweep with runs that were.
   *
   * @param directory the run's or the sweep's
   * @param data where data sets lie now
   * @param workers how many clients train at once
   * @param deadline how long a round may take; the scenario's choice when empty
   */
  public record Resume(
      Path directory,
      Optional<Path> data,
      Optional<Integer> workers,
      Optional<Duration> deadline) {}

  /**
   * A server that waits for clients in other processes.
   *
   * @param run the run that it leads
   * @param host the address it binds and is reached at
   * @param port its port, 1 to 65535
   */
  public record Server(Run run, String host, int port) {}

  /**
   * A process that holds clients for a server elsewhere.
   *
   * @param run the same scenario and overrides as the server's; {@code out} keeps local state
   * @param name the process's own name, unique in the federation
   * @param clients the ids of the clients that it holds; all when empty
   * @param server the server's host
   * @param serverPort the server's port
   * @param host the address it binds and is reached at
   * @param port its port; 0 takes a free one
   */
  public record Client(
      Run run,
      String name,
      List<String> clients,
      String server,
      int serverPort,
      String host,
      int port) {}

  /**
   * A look at how a scenario divides its data.
   *
   * @param file the scenario
   * @param overrides {@code key=value}
   * @param data where data sets lie
   * @param out where pictures go; none are written when empty
   * @param corruptions where the picture of corrupted images goes; none is drawn when empty
   */
  public record Preview(
      Path file,
      List<String> overrides,
      Optional<Path> data,
      Optional<Path> out,
      Optional<Path> corruptions) {}
}
