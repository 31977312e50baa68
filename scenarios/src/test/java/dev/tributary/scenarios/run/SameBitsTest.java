package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One seed, one result: with one worker or two, in one process or three, and after any of them was
 * killed. FedBN, because its clients keep state of their own.
 */
class SameBitsTest {
  private static final int ROUNDS = 4;

  @TempDir private Path folder;
  private Path scenario = Path.of("");

  @BeforeEach
  void writeScenario() throws IOException {
    scenario =
        Files.writeString(
            folder.resolve("tiny.conf"),
            """
            name = tiny
            seed = 5
            data { source = glyph-digits, samples-per-client = 40, validation-per-domain = 10, test-per-domain = 20 }
            model { name = lite-cnn }
            algorithm { name = fedbn }
            federation { rounds = %d, batch-size = 16, optimizer { name = sgd, lr = 0.05, momentum = 0.9 } }
            """
                .formatted(ROUNDS));
  }

  private TributaryProcess start(String name, String... arguments) {
    return new TributaryProcess(folder.resolve(name + ".log"), arguments);
  }

  private RunSummary run(String name, String... more) {
    Path out = folder.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("run", scenario.toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    try (TributaryProcess process = start(name, arguments.toArray(String[]::new))) {
      assertThat(process.exitCode()).as(process::text).isZero();
    }
    return summary(out);
  }

  private static RunSummary summary(Path run) {
    return RunFiles.read(RunSummary.class, run.resolve(RunFiles.SUMMARY));
  }

  private static void assertSame(RunSummary actual, RunSummary expected) {
    assertThat(actual.status()).isEqualTo(RunSummary.COMPLETE);
    assertThat(actual.rounds()).isEqualTo(ROUNDS);
    assertThat(actual.weightsSha256()).isEqualTo(expected.weightsSha256());
    assertThat(actual.localStateSha256()).isEqualTo(expected.localStateSha256());
    assertThat(actual.domainAccuracy()).isEqualTo(expected.domainAccuracy());
  }

  @Test
  void workersAndKillsAndCtrlCDoNotMatterAndSeedsDo() {
    RunSummary one = run("one", "--workers", "1");
    RunSummary two = run("two", "--workers", "2");
    assertSame(two, one);
    assertThat(two.bytesUpByKind()).isEqualTo(one.bytesUpByKind());
    assertThat(two.bytesDownByKind()).isEqualTo(one.bytesDownByKind());
    RunSummary other = run("other", "--set", "seed=6");
    assertThat(other.weightsSha256()).isNotEqualTo(one.weightsSha256());
    assertThat(other.localStateSha256()).isNotEqualTo(one.localStateSha256());

    Path out = folder.resolve("killed");
    try (TributaryProcess first =
        start("killed-1", "run", scenario.toString(), "--out", out.toString())) {
      first.awaitRounds(out, 1);
      first.kill();
    }
    try (TributaryProcess second = start("killed-2", "resume", out.toString())) {
      second.awaitRounds(out, 3);
      second.terminate();
      assertThat(second.exitCode()).as(second::text).isIn(0, 130);
    }
    try (TributaryProcess third = start("killed-3", "resume", out.toString())) {
      assertThat(third.exitCode()).as(third::text).isZero();
    }
    assertSame(summary(out), one);
    assertThat(MetricsLog.read(out.resolve(RunFiles.METRICS)).stream().map(RoundRecord::round))
        .containsExactly(1, 2, 3, 4);
  }

  /** Rounds that wait for the disk: their checkpoints are torn or lost, and their metrics too. */
  @Test
  void aPowerCutDoesNotMatter() throws IOException {
    int rounds = 400;
    String[] small = {
      "--set", "model.name=logistic", "--set", "algorithm.name=fedavg",
      "--set", "federation.rounds=" + rounds, "--set", "federation.clients-per-round=2",
      "--set", "evaluation.every=" + rounds, "--set", "federation.sync-seconds=3600"
    };
    RunSummary whole = run("whole", small);
    Path out = folder.resolve("cut");
    List<String> command =
        new ArrayList<>(List.of("run", scenario.toString(), "--out", out.toString()));
    command.addAll(List.of(small));
    try (TributaryProcess first = start("cut-1", command.toArray(String[]::new))) {
      first.awaitRounds(out, 5);
      first.kill();
    }
    Path metrics = out.resolve(RunFiles.METRICS);
    int told = MetricsLog.readWhole(metrics).size();
    assertThat(told).isBetween(5, rounds - 1);
    List<Path> checkpoints = checkpoints(out);
    assertThat(checkpoints.getFirst()).hasFileName("round-000001.ckpt");
    for (Path waited : checkpoints.subList(1, checkpoints.size())) {
      Files.write(waited, Arrays.copyOf(Files.readAllBytes(waited), 100));
    }
    byte[] lines = Files.readAllBytes(metrics);
    Files.write(metrics, Arrays.copyOf(lines, lines.length / 2));
    try (TributaryProcess second = start("cut-2", "resume", out.toString())) {
      assertThat(second.exitCode()).as(second::text).isZero();
      assertThat(second.text()).contains(" 1/400");
    }
    RunSummary resumed = summary(out);
    assertThat(resumed.rounds()).isEqualTo(rounds);
    assertThat(resumed.weightsSha256()).isEqualTo(whole.weightsSha256());
    assertThat(MetricsLog.read(metrics).stream().map(RoundRecord::round))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, rounds).boxed().toList());
  }

  private static List<Path> checkpoints(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve(RunFiles.CHECKPOINTS))) {
      return files.filter(f -> f.toString().endsWith(".ckpt")).sorted().toList();
    }
  }

  @Test
  void processesDoNotMatterEvenIfOneIsKilled() throws IOException {
    RunSummary one = run("one", "--workers", "1");
    String port = Integer.toString(freePort());
    Path out = folder.resolve("server");
    try (TributaryProcess server =
            start(
                "server", "server", scenario.toString(), "--out", out.toString(), "--port", port);
        TributaryProcess west = client("west", "west-1", port, "print,texture,low-res");
        TributaryProcess east = client("east", "east-1", port, "house,pen")) {
      server.awaitRounds(out, 1);
      east.kill();
      try (TributaryProcess again = client("east", "east-2", port, "house,pen")) {
        assertThat(server.exitCode()).as(server::text).isZero();
        assertThat(west.exitCode()).as(west::text).isZero();
        assertThat(again.exitCode()).as(again::text).isZero();
      }
    }
    RunSummary three = summary(out);
    assertSame(three, one);
    assertThat(three.bytesUpByKind()).isEqualTo(one.bytesUpByKind());
    // The weights went to the killed host's clients once more.
    assertThat(three.bytesDown()).isGreaterThanOrEqualTo(one.bytesDown());
  }

  @Test
  void aServerThatIsKilledGoesOnWithTheSameHosts() throws IOException {
    RunSummary one = run("one", "--workers", "1");
    String port = Integer.toString(freePort());
    Path out = folder.resolve("server");
    String[] command = {"server", scenario.toString(), "--out", out.toString(), "--port", port};
    try (TributaryProcess west = client("west", "west", port, "print,texture,low-res");
        TributaryProcess east = client("east", "east", port, "house,pen")) {
      try (TributaryProcess server = start("server-1", command)) {
        server.awaitRounds(out, 1);
        server.kill();
      }
      try (TributaryProcess again = start("server-2", command)) {
        assertThat(again.exitCode()).as(again::text).isZero();
      }
      assertThat(west.exitCode()).as(west::text).isZero();
      assertThat(east.exitCode()).as(east::text).isZero();
    }
    assertSame(summary(out), one);
  }

  private TributaryProcess client(String name, String log, String port, String clients) {
    return start(
        log,
        "client",
        scenario.toString(),
        "--server",
        "127.0.0.1:" + port,
        "--name",
        name,
        "--own",
        clients,
        "--out",
        folder.resolve("client-" + name).toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
