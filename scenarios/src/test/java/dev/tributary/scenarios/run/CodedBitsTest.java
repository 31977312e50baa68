package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.hash.Sha256;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            federation {
              rounds = %d, batch-size = 16, delta-encoding = int6
              optimizer { name = sgd, lr = 0.05, momentum = 0.9 }
            }
            evaluation { every = %d }
            """
                .formatted(ROUNDS, ROUNDS));
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
    assertThat(actual.bytesUpByKind()).isEqualTo(expected.bytesUpByKind());
  }

  @Test
  void sixBitsSendAFifthAndWorkersDoNotMatter() {
    RunSummary one = run("one");
    assertThat(folder.resolve("one.log")).content().contains(" % of fp32)");
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
    Path out = runs.killedAfter(1, "killed", FEEDBACK);
    try (TributaryProcess second = runs.start("killed-2", "resume", out.toString())) {
      second.awaitRounds(out, 3);
      second.kill();
    }
    runs.resume("killed-3", out);
    assertSame(summary(out), one);
  }

  @Test
  void processesDoNotMatterEvenIfOneIsKilled() throws IOException {
    RunSummary one = run("one", FEEDBACK);
    Path out = runs.inThreeProcesses(HOSTS, FEEDBACK);
    assertSame(summary(out), one);
  }
}
