package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.hash.Sha256;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One seed, one result, where deltas travel in codes: drawn ones, and nearest ones whose residuals
 * the clients keep. FedAvg, because its running statistics travel beside the codes.
 */
class CodedBitsTest {
  private static final int ROUNDS = 4;
  private static final String[] FEEDBACK = {
    "--set", "federation.delta-encoding=int4", "--set", "federation.error-feedback=true"
  };

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
            federation {
              rounds = %d, batch-size = 16, delta-encoding = int6
              optimizer { name = sgd, lr = 0.05, momentum = 0.9 }
            }
            evaluation { every = %d }
            """
                .formatted(ROUNDS, ROUNDS));
  }

  private TributaryProcess start(String name, String... arguments) {
    return new TributaryProcess(folder.resolve(name + ".log"), arguments);
  }

  private RunSummary run(String name, String... more) {
    Path out = folder.resolve(name);
    try (TributaryProcess process = start(name, with(more, "run", "--out", out.toString()))) {
      assertThat(process.exitCode()).as(process::text).isZero();
      if (more.length == 0) {
        assertThat(process.text()).contains(" % of fp32)");
      }
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
    assertThat(actual.bytesUpByKind()).isEqualTo(expected.bytesUpByKind());
  }

  @Test
  void sixBitsSendAFifthAndWorkersDoNotMatter() {
    RunSummary one = run("one");
    assertSame(run("two", "--workers", "2"), one);
    assertThat(one.upShareOfFp32()).isBetween(6 / 32.0, 0.2);
    RunSummary plain = run("plain", "--set", "federation.delta-encoding=fp32");
    assertThat(plain.upShareOfFp32()).isEqualTo(1);
    assertThat(one.bytesUpAtFp32ByKind()).isEqualTo(plain.bytesUpByKind());
    assertThat(one.bytesDownByKind()).as("weights").isEqualTo(plain.bytesDownByKind());
    assertThat(one.weightsSha256()).isNotEqualTo(plain.weightsSha256());
  }

  @Test
  void killsDoNotMatterWhereClientsKeepResiduals() {
    RunSummary one = run("one", FEEDBACK);
    assertThat(one.localStateSha256()).as("of no state").isNotEqualTo(Sha256.hex(""));
    Path out = folder.resolve("killed");
    try (TributaryProcess first =
        start("killed-1", with(FEEDBACK, "run", "--out", out.toString()))) {
      first.awaitRounds(out, 1);
      first.kill();
    }
    try (TributaryProcess second = start("killed-2", "resume", out.toString())) {
      second.awaitRounds(out, 3);
      second.kill();
    }
    try (TributaryProcess third = start("killed-3", "resume", out.toString())) {
      assertThat(third.exitCode()).as(third::text).isZero();
    }
    assertSame(summary(out), one);
  }

  @Test
  void processesDoNotMatterEvenIfOneIsKilled() throws IOException {
    RunSummary one = run("one", FEEDBACK);
    String port = Integer.toString(freePort());
    Path out = folder.resolve("server");
    try (TributaryProcess server =
            start("server", with(FEEDBACK, "server", "--out", out.toString(), "--port", port));
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
    assertSame(summary(out), one);
  }

  private TributaryProcess client(String name, String log, String port, String own) {
    return start(
        log,
        with(
            FEEDBACK,
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

  private String[] with(String[] settings, String verb, String... more) {
    List<String> arguments = new ArrayList<>(List.of(verb, scenario.toString()));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of(settings));
    return arguments.toArray(String[]::new);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
