package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final TributaryRuns.Hosts HOSTS =
      new TributaryRuns.Hosts("print,texture,low-res", "house,pen");

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
            data { source = glyph-digits, samples-per-client = 40, validation-per-domain = 10, test-per-domain = 20 }
            model { name = lite-cnn }
            algorithm { name = fedbn }
            federation { rounds = %d, batch-size = 16, optimizer { name = sgd, lr = 0.05, momentum = 0.9 } }
            """
                .formatted(ROUNDS));
    runs = new TributaryRuns(folder, scenario);
  }

  private RunSummary run(String name, String... more) {
    return summary(runs.run(name, more));
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

    Path out = runs.killedAfter(1, "killed");
    try (TributaryProcess second = runs.start("killed-2", "resume", out.toString())) {
      second.awaitRounds(out, 3);
      second.terminate();
      assertThat(second.exitCode()).as(second::text).isIn(0, 130);
    }
    runs.resume("killed-3", out);
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
    Path out = runs.killedAfter(5, "cut", small);
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
    try (TributaryProcess second = runs.start("cut-2", "resume", out.toString())) {
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
    RunSummary three = summary(runs.inThreeProcesses(HOSTS));
    assertSame(three, one);
    assertThat(three.bytesUpByKind()).isEqualTo(one.bytesUpByKind());
    // The weights went to the killed host's clients once more.
    assertThat(three.bytesDown()).isGreaterThanOrEqualTo(one.bytesDown());
  }

  @Test
  void aServerThatIsKilledGoesOnWithTheSameHosts() throws IOException {
    RunSummary one = run("one", "--workers", "1");
    String port = Integer.toString(TributaryRuns.freePort());
    Path out = folder.resolve("server");
    String[] command = runs.with(new String[0], "server", "--out", out.toString(), "--port", port);
    try (TributaryProcess west = runs.client("west", "west", port, HOSTS.west());
        TributaryProcess east = runs.client("east", "east", port, HOSTS.east())) {
      try (TributaryProcess server = runs.start("server-1", command)) {
        server.awaitRounds(out, 1);
        server.kill();
      }
      try (TributaryProcess again = runs.start("server-2", command)) {
        assertThat(again.exitCode()).as(again::text).isZero();
      }
      assertThat(west.exitCode()).as(west::text).isZero();
      assertThat(east.exitCode()).as(east::text).isZero();
    }
    assertSame(summary(out), one);
  }
}
