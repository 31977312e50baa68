package dev.tributary.scenarios.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.engine.files.Durability;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir private Path folder;

  @Test
  void newDirectoryIsMadeWithItsParents() {
    Path path = folder.resolve("runs/quickstart/fedbn-seed1");
    try (RunDirectory run = RunDirectory.create(path)) {
      assertThat(run.checkpoints()).isDirectory();
      assertThat(run.tensorBoard()).isDirectory();
      assertThat(run.file(RunFiles.SUMMARY)).isEqualTo(path.resolve("summary.json"));
    }
  }

  @Test
  void heldDirectoryCannotBeOpenedTwiceAndIsFreeAfterClosing() {
    Path path = folder.resolve("run");
    try (RunDirectory run = RunDirectory.create(path)) {
      assertThat(run.path()).isEqualTo(path);
      assertFailure(() -> RunDirectory.open(path).close(), ExitCode.RUN_LOCKED, "is in use");
    }
    RunDirectory.open(path).close();
  }

  @Test
  void secondRunIsSentToResumeOrElsewhere() {
    Path path = folder.resolve("run");
    RunDirectory.create(path).close();
    assertFailure(
        () -> RunDirectory.create(path).close(),
        ExitCode.RUN_DIRECTORY,
        "already holds a run; continue it with: tributary resume " + path);
    assertThat(RunDirectory.free(path)).isEqualTo(folder.resolve("run-2"));
  }

  @Test
  void foreignDirectoryAndFileAreRefused() throws IOException {
    Files.writeString(folder.resolve("thesis.tex"), "precious");
    assertFailure(
        () -> RunDirectory.create(folder).close(), ExitCode.RUN_DIRECTORY, "it has thesis.tex");
    assertFailure(
        () -> RunDirectory.create(folder.resolve("thesis.tex")).close(),
        ExitCode.RUN_DIRECTORY,
        "is a file");
    assertFailure(
        () -> RunDirectory.open(folder).close(), ExitCode.RUN_DIRECTORY, "not the directory of");
    assertFailure(
        () -> RunDirectory.open(folder.resolve("gone")).close(),
        ExitCode.RUN_DIRECTORY,
        "there is no directory");
  }

  @Test
  void unwritablePlaceIsExplained() {
    Path proc = Path.of("/proc");
    assumeTrue(Files.isDirectory(proc), "needs a file system that nobody may write to");
    assertFailure(
        () -> RunDirectory.create(proc.resolve("tributary")).close(),
        ExitCode.RUN_DIRECTORY,
        "cannot write /proc/tributary");
  }

  @Test
  void fullDiskIsExplained() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "needs /dev/full");
    assertFailure(
        () -> {
          try (MetricsLog log = MetricsLog.open(full, 0)) {
            log.append(Samples.round(1), Durability.NOW);
          }
        },
        ExitCode.DISK,
        "the disk is full; free some space, then continue with: tributary resume");
  }

  @Test
  void failedWriteLeavesTheOldFileAndNoRest() {
    Path file = folder.resolve("summary.json");
    AtomicFiles.write(file, "old");
    assertFailure(
        () ->
            AtomicFiles.write(
                file,
                out -> {
                  out.write("ne".getBytes(StandardCharsets.UTF_8));
                  throw new IOException("No space left on device");
                }),
        ExitCode.DISK,
        "the disk is full");
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryContaining("glob:**summary.json");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void metricsAreCutBackToTheCheckpointAndReadAgain() throws IOException {
    Path file = folder.resolve(RunFiles.METRICS);
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.append(Samples.round(1), Durability.NOW);
      log.append(Samples.round(2), Durability.NOW);
    }
    Files.writeString(file, "{\"round\":3,\"cut", java.nio.file.StandardOpenOption.APPEND);
    assertThat(MetricsLog.read(file)).containsExactly(Samples.round(1), Samples.round(2));
    try (MetricsLog log = MetricsLog.open(file, 1)) {
      log.append(Samples.round(7), Durability.NOW);
    }
    assertThat(MetricsLog.read(file)).containsExactly(Samples.round(1), Samples.round(7));
    assertFailure(
        () -> MetricsLog.open(file, 9).close(),
        ExitCode.RUN_UNREADABLE,
        "has 2 whole lines, the checkpoint was made after round 9");
  }

  @Test
  void roundsBehindALineThatAPowerCutSpoiltDoNotCount() throws IOException {
    Path file = folder.resolve(RunFiles.METRICS);
    assertThat(MetricsLog.readWhole(file)).isEmpty();
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.append(Samples.round(1), Durability.NOW);
      log.append(Samples.round(2), Durability.LATER);
      log.append(Samples.round(3), Durability.LATER);
    }
    byte[] whole = Files.readAllBytes(file);
    int second = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    byte[] zeros = whole.clone();
    java.util.Arrays.fill(zeros, second, second + 20, (byte) 0);
    Files.write(file, zeros);
    assertThat(MetricsLog.readWhole(file)).containsExactly(Samples.round(1));
    byte[] noText = whole.clone();
    noText[second + 3] = (byte) 0xff;
    Files.write(file, noText);
    assertThat(MetricsLog.readWhole(file)).containsExactly(Samples.round(1));
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
    assertThat(MetricsLog.readWhole(file)).containsExactly(Samples.round(1), Samples.round(2));
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.jsonl"), "{}\n");
    assertFailure(
        () -> MetricsLog.read(file),
        ExitCode.RUN_UNREADABLE,
        "metrics.jsonl: line 1: it has no \"round\"");
    assertFailure(
        () -> RunFiles.read(RunSummary.class, folder.resolve("summary.json")),
        ExitCode.RUN_UNREADABLE,
        "it is missing");
  }

  @Test
  void summaryHasTheFieldsThatScriptsRelyOn() {
    Map<?, ?> json = Json.object(Json.pretty(Samples.summary("fedbn", 1, 0.5)));
    assertThat(json.keySet().stream().map(String::valueOf).toList())
        .contains(
            "algorithm",
            "seed",
            "rounds",
            "meanAccuracy",
            "domainAccuracy",
            "weightsSha256",
            "localStateSha256",
            "seconds",
            "samplesPerSecond",
            "bytesUp",
            "bytesDown",
            "status");
    assertThat(JsonRecords.read(RunSummary.class, json))
        .isEqualTo(Samples.summary("fedbn", 1, 0.5));
  }

  @Test
  void environmentTellsOfThisMachineAndNamesNobody() {
    Environment here =
        Environment.here(
            folder, java.time.Instant.EPOCH, Map.of("kernels", "onednn"), List.of("drawn"));
    assertThat(here.started()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(here.java()).contains("25");
    assertThat(here.cores()).isPositive();
    assertThat(here.versions()).containsKeys("tributary", "nd4j", "pekko");
    assertThat(here.revision()).isEmpty();
    String json = Json.pretty(here);
    assertThat(json).doesNotContain(System.getProperty("user.home") + "/");
    assertThat(JsonRecords.read(Environment.class, Json.parse(json))).isEqualTo(here);
  }

  private static void assertFailure(ThrowingCallable call, ExitCode code, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }
}
