package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One scenario run in processes of its own, in several ways that must all come to the same.
 *
 * @param folder takes run directories and logs, by name
 * @param scenario the file
 */
record TributaryRuns(Path folder, Path scenario) {

  /** Two clients' processes, for a server in a third. */
  record Hosts(String west, String east) {}

  /** Starts a process that writes to the log {@code name}. */
  TributaryProcess start(String name, String... arguments) {
    return new TributaryProcess(folder.resolve(name + ".log"), arguments);
  }

  /** The arguments of a verb for the scenario with these settings. */
  String[] with(String[] settings, String verb, String... more) {
    List<String> arguments = new ArrayList<>(List.of(verb, scenario.toString()));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of(settings));
    return arguments.toArray(String[]::new);
  }

  /** Runs in one process to the end; the run directory. */
  Path run(String name, String... more) {
    Path out = folder.resolve(name);
    try (TributaryProcess process = start(name, with(more, "run", "--out", out.toString()))) {
      assertThat(process.exitCode()).as(process::text).isZero();
    }
    return out;
  }

  /** Starts a run and kills it after a round; the run directory. */
  Path killedAfter(int rounds, String name, String... settings) {
    Path out = folder.resolve(name);
    try (TributaryProcess first =
        start(name + "-1", with(settings, "run", "--out", out.toString()))) {
      first.awaitRounds(out, rounds);
      first.kill();
    }
    return out;
  }

  /** Goes on to the end. */
  void resume(String log, Path out) {
    try (TributaryProcess last = start(log, "resume", out.toString())) {
      assertThat(last.exitCode()).as(last::text).isZero();
    }
  }

  /** A server and two hosts, of which the east one is killed and comes back; the run directory. */
  Path inThreeProcesses(Hosts hosts, String... settings) throws IOException {
    String port = Integer.toString(freePort());
    Path out = folder.resolve("server");
    try (TributaryProcess server =
            start("server", with(settings, "server", "--out", out.toString(), "--port", port));
        TributaryProcess west = client("west", "west-1", port, hosts.west, settings);
        TributaryProcess east = client("east", "east-1", port, hosts.east, settings)) {
      server.awaitRounds(out, 1);
      east.kill();
      try (TributaryProcess again = client("east", "east-2", port, hosts.east, settings)) {
        assertThat(server.exitCode()).as(server::text).isZero();
        assertThat(west.exitCode()).as(west::text).isZero();
        assertThat(again.exitCode()).as(again::text).isZero();
      }
    }
    return out;
  }

  /** Starts a host with these clients. */
  TributaryProcess client(String name, String log, String port, String own, String... settings) {
    return start(
        log,
        with(
            settings,
            "client",
            "--server",
            "127.0.0.1:" + port,
            "--name",
            name,
            "--own",
            own,
            "--out",
            folder.resolve("client-" + name).toString()));
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
