package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails before its first round leaves nothing behind, and can be repeated as it was. */
class WithdrawnRunTest {
  @TempDir private Path folder;

  private TributaryRuns withoutData(String more) throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve("no-data.conf"),
            "name = no-data\ndata.source = cifar10\nfederation.rounds = 1\n" + more);
    Files.createDirectories(folder.resolve("data"));
    return new TributaryRuns(folder, scenario);
  }

  private void fails(TributaryRuns runs, String log, Path out) {
    String[] data = {"--data", folder.resolve("data").toString()};
    try (TributaryProcess run = runs.start(log, runs.with(data, "run", "--out", out.toString()))) {
      assertThat(run.exitCode()).as(run::text).isEqualTo(ExitCode.DATA_MISSING.code());
    }
  }

  @Test
  void aRunWithoutDataLeavesNoDirectory() throws IOException {
    TributaryRuns runs = withoutData("");
    fails(runs, "first", folder.resolve("out"));
    assertThat(folder.resolve("out")).doesNotExist();
    fails(runs, "second", folder.resolve("out"));
  }

  @Test
  void neitherDoesASweep() throws IOException {
    Path out = folder.resolve("out");
    fails(withoutData("sweep.seed = [1, 2]\n"), "sweep", out);
    assertThat(out).doesNotExist();
  }

  /** The first run ends well, the second cannot begin: what is done is kept. */
  @Test
  void aSweepThatHasBegunIsKept() throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve("half.conf"),
            """
            name = half
            data { source = glyph-digits, samples-per-client = 20, test-per-domain = 10 }
            federation.rounds = 1
            sweep.arms = [{ label = fits }, { label = too-large, model.name = alexnet }]
            """);
    Path out = folder.resolve("out");
    Path data = Files.createDirectories(folder.resolve("data"));
    TributaryRuns runs = new TributaryRuns(folder, scenario);
    String[] settings = {"--data", data.toString()};
    try (TributaryProcess run =
        runs.start("half", runs.with(settings, "run", "--out", out.toString()))) {
      assertThat(run.exitCode()).as(run::text).isNotZero();
      assertThat(run.text()).contains("alexnet");
    }
    assertThat(out.resolve("fits/summary.json")).exists();
    assertThat(out.resolve("sweep.json")).exists();
  }
}
