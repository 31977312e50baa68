package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One seed, one result, where data change over time and the trained model is tested after the last
 * round: weights, what clients keep (statistics and memories) and every line of test time.
 */
class StreamedBitsTest {
  private static final int ROUNDS = 4;

  /** Clean, two corruptions and an unseen domain; two methods, two batch sizes. */
  private static final int RESULTS = 4 * 2 * 2;

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
            data {
              source = glyph-digits, samples-per-client = 40
              validation-per-domain = 10, test-per-domain = 20
              hold-out = [texture], split = iid, clients = 2
            }
            stream { kind = class-incremental, tasks = 2, rounds-per-task = 2, order = own, pace = 1 }
            model { name = mlp, hidden = [16], normalization = adab2n }
            algorithm = silobn
            adab2n.lambda = 0.001
            continual { name = er-ace, buffer = 20 }
            federation { batch-size = 16, optimizer { name = sgd, lr = 0.02 } }
            test-time {
              adapters = [alpha-bn, tent], corruptions = [fog, gaussian_noise]
              batch-sizes = [16, 4], examples = 60
            }
            """);
  }

  private TributaryProcess start(String name, String... arguments) {
    return new TributaryProcess(folder.resolve(name + ".log"), arguments);
  }

  private Path run(String name, String... more) {
    Path out = folder.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("run", scenario.toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    try (TributaryProcess process = start(name, arguments.toArray(String[]::new))) {
      assertThat(process.exitCode()).as(process::text).isZero();
    }
    return out;
  }

  private static List<String> tested(Path run) throws IOException {
    Path log = run.resolve(RunFiles.TEST_TIME);
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static void assertSame(Path actualRun, Path expectedRun) throws IOException {
    RunSummary actual = RunFiles.read(RunSummary.class, actualRun.resolve(RunFiles.SUMMARY));
    RunSummary expected = RunFiles.read(RunSummary.class, expectedRun.resolve(RunFiles.SUMMARY));
    assertThat(actual.status()).isEqualTo(RunSummary.COMPLETE);
    assertThat(actual.rounds()).isEqualTo(ROUNDS);
    assertThat(actual.weightsSha256()).isEqualTo(expected.weightsSha256());
    assertThat(actual.localStateSha256()).isEqualTo(expected.localStateSha256());
    assertThat(actual.accuracyMatrix()).hasSize(2).isEqualTo(expected.accuracyMatrix());
    assertThat(actual.continual()).isNotEmpty().isEqualTo(expected.continual());
    assertThat(actual.testTime())
        .containsOnlyKeys("alpha-bn@16", "alpha-bn@4", "tent@16", "tent@4")
        .isEqualTo(expected.testTime());
    assertThat(tested(actualRun)).hasSize(RESULTS).isEqualTo(tested(expectedRun));
  }

  /**
   * Killed in the first task, in the second, and at test time; what a kill in the middle of a line
   * leaves is there in any case.
   */
  @Test
  void workersAndKillsDoNotMatter() throws IOException {
    Path one = run("one", "--workers", "1");
    assertSame(run("two", "--workers", "2"), one);

    Path out = folder.resolve("killed");
    try (TributaryProcess first =
        start("killed-1", "run", scenario.toString(), "--out", out.toString())) {
      first.awaitRounds(out, 1);
      first.kill();
    }
    try (TributaryProcess second = start("killed-2", "resume", out.toString())) {
      second.awaitRounds(out, 3);
      second.kill();
    }
    List<String> lines = tested(one);
    String torn = lines.get(12) + "\n" + lines.get(3) + "\n" + lines.get(7).substring(0, 20);
    Files.writeString(out.resolve(RunFiles.TEST_TIME), torn);
    try (TributaryProcess third = start("killed-3", "resume", out.toString())) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> tested(out).size() > 3);
      third.kill();
    }
    try (TributaryProcess last = start("killed-4", "resume", out.toString())) {
      assertThat(last.exitCode()).as(last::text).isZero();
    }
    assertSame(out, one);
  }

  /** All is shared, so that the server has the whole model; another method with another memory. */
  @Test
  void processesDoNotMatterEvenIfOneIsKilled() throws IOException {
    String[] arm = {"--set", "algorithm=fedavg", "--set", "continual.name=derpp"};
    Path one = run("one", arm);
    String port = Integer.toString(freePort());
    Path out = folder.resolve("server");
    try (TributaryProcess server =
            start("server", with(arm, "server", "--out", out.toString(), "--port", port));
        TributaryProcess west = client("west", "west-1", port, "client-0", arm);
        TributaryProcess east = client("east", "east-1", port, "client-1", arm)) {
      server.awaitRounds(out, 1);
      east.kill();
      try (TributaryProcess again = client("east", "east-2", port, "client-1", arm)) {
        assertThat(server.exitCode()).as(server::text).isZero();
        assertThat(west.exitCode()).as(west::text).isZero();
        assertThat(again.exitCode()).as(again::text).isZero();
      }
    }
    assertSame(out, one);
  }

  /** What clients keep lies on their own disks; to find that out after hours would be unkind. */
  @Test
  void aServerWithoutTheWholeModelRefusesTestTimeAtOnce() throws IOException {
    Path out = folder.resolve("server");
    try (TributaryProcess server =
        start(
            "server",
            with(
                new String[0],
                "server",
                "--out",
                out.toString(),
                "--port",
                Integer.toString(freePort())))) {
      assertThat(server.exitCode()).as(server::text).isEqualTo(10);
      assertThat(server.text())
          .contains("test-time needs the whole model", "silobn", "--set test-time=null");
    }
  }

  private TributaryProcess client(String name, String log, String port, String own, String[] arm) {
    return start(
        log,
        with(
            arm,
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

  private String[] with(String[] arm, String verb, String... more) {
    List<String> arguments = new ArrayList<>(List.of(verb, scenario.toString()));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of(arm));
    return arguments.toArray(String[]::new);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
