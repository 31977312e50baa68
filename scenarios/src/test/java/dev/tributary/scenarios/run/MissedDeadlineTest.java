package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A round that takes longer than its deadline loses time and nothing else. */
class MissedDeadlineTest {
  @TempDir private Path folder;

  @Test
  void moreTimeBringsTheRunToTheBitsOfOneThatWasInTime() throws IOException {
    Path scenario =
        Files.writeString(
            folder.resolve("slow.conf"),
            """
            name = slow
            data { source = glyph-digits, samples-per-client = 40, test-per-domain = 10 }
            federation { rounds = 2, deadline-seconds = 0.002 }
            """);
    TributaryRuns runs = new TributaryRuns(folder, scenario);
    Path out = folder.resolve("late");
    try (TributaryProcess late =
        runs.start("late-1", runs.with(new String[0], "run", "--out", out.toString()))) {
      assertThat(late.exitCode()).as(late::text).isEqualTo(ExitCode.QUORUM.code());
      assertThat(late.text())
          .contains(
              "no answer within 0.002 s (federation.deadline-seconds) from [",
              "tributary resume RUN --deadline SECONDS");
    }
    try (TributaryProcess more =
        runs.start("late-2", "resume", out.toString(), "--deadline", "600")) {
      assertThat(more.exitCode()).as(more::text).isZero();
    }
    Path inTime = runs.run("in-time", "--set", "federation.deadline-seconds=600");
    assertThat(weights(out)).isEqualTo(weights(inTime));
  }

  private static String weights(Path run) {
    return RunFiles.read(RunSummary.class, run.resolve(RunFiles.SUMMARY)).weightsSha256();
  }
}
