package dev.tributary.benchmarks.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class WatchedProcessTest {
  @TempDir private Path folder;

  private WatchedProcess shell(String script, Map<String, String> changes)
      throws IOException, InterruptedException {
    return WatchedProcess.run(folder, List.of("sh", "-c", script), changes);
  }

  @Test
  void hasStatusOutputAndTheLastComplaint() throws IOException, InterruptedException {
    WatchedProcess run = shell("echo out; echo first >&2; echo last >&2; exit 3", Map.of());
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.output()).isEqualTo("out\n");
    assertThat(run.complaint()).isEqualTo("exit status 3: last");
    assertThat(shell("exit 3", Map.of()).complaint()).isEqualTo("exit status 3");
  }

  @Test
  void variablesAreSetAndTakenAway() throws IOException, InterruptedException {
    WatchedProcess run =
        shell("echo \"$COLOUR-${HOME-none}\"", Map.of("COLOUR", "blue", "HOME", ""));
    assertThat(run.output()).isEqualTo("blue-none\n");
  }

  /** Two shells at once have more than one: each is at least half a megabyte. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryIsThatOfTheWholeTree() throws IOException, InterruptedException {
    double one = shell("sleep 0.5", Map.of()).peakBytes();
    double many = shell("for i in 1 2 3 4; do sleep 0.5 & done; wait", Map.of()).peakBytes();
    assertThat(one).isBetween(0.2e6, 100e6);
    assertThat(many).isGreaterThan(2 * one);
  }

  @Test
  void aProgramThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> WatchedProcess.run(folder, List.of("/nowhere/program"), Map.of()))
        .isInstanceOf(IOException.class);
  }
}
