package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  private TributaryRuns runs = new TributaryRuns(Path.of(""), Path.of(""));

  @BeforeEach
  void writeScenario() throws IOException {
    Path scenario =
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
    runs = new TributaryRuns(folder, scenario);
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
    Path one = runs.run("one", "--workers", "1");
    assertSame(runs.run("two", "--workers", "2"), one);

    Path out = runs.killedAfter(1, "killed");
    try (TributaryProcess second = runs.start("killed-2", "resume", out.toString())) {
      second.awaitRounds(out, 3);
      second.kill();
    }
    List<String> lines = tested(one);
    String torn = lines.get(12) + "\n" + lines.get(3) + "\n" + lines.get(7).substring(0, 20);
    Files.writeString(out.resolve(RunFiles.TEST_TIME), torn);
    try (TributaryProcess third = runs.start("killed-3", "resume", out.toString())) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> tested(out).size() > 3);
      third.kill();
    }
    runs.resume("killed-4", out);
    assertSame(out, one);
  }

  /** All is shared, so that the server has the whole model; another method with another memory. */
  @Test
  void processesDoNotMatterEvenIfOneIsKilled() throws IOException {
    String[] arm = {"--set", "algorithm=fedavg", "--set", "continual.name=derpp"};
    Path one = runs.run("one", arm);
    Path out = runs.inThreeProcesses(new TributaryRuns.Hosts("client-0", "client-1"), arm);
    assertSame(out, one);
  }

  /** What clients keep lies on their own disks; to find that out after hours would be unkind. */
  @Test
  void aServerWithoutTheWholeModelRefusesTestTimeAtOnce() throws IOException {
    Path out = folder.resolve("server");
    try (TributaryProcess server =
        runs.start(
            "server",
            runs.with(
                new String[0],
                "server",
                "--out",
                out.toString(),
                "--port",
                Integer.toString(TributaryRuns.freePort())))) {
      assertThat(server.exitCode()).as(server::text).isEqualTo(10);
      assertThat(server.text())
          .contains("test-time needs the whole model", "silobn", "--set test-time=null");
    }
  }
}
