package dev.tributary.benchmarks.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.FakePython;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.scenarios.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class TheirJobTest {
  private static final Job LR = Job.ALL.getFirst();

  @TempDir private Path home;
  @TempDir private Path folder;

  private Bench python(String script) throws IOException {
    return FakePython.bench(home, "", script);
  }

  private List<Double> losses(String script, int rounds)
      throws IOException, InterruptedException, OpponentException {
    return TheirJob.losses(python(script), folder, "{}", rounds);
  }

  @Test
  void secondsBecomeARateAndTheJobIsHandedOver()
      throws IOException, InterruptedException, OpponentException {
    Path job = home.resolve("job");
    Bench bench =
        python(
            """
            printf '%%s' "$3" > '%s'
            echo noise
            echo '{"torch": "9.9", "python": "3.1", "seconds": [9, 1, 3], "losses": [2, 1, 0.5]}'
            """
                .formatted(job));
    // 10 clients in each of two rounds, which took 4 seconds.
    assertThat(TheirJob.time(bench, folder, LR, 3, 2, "channels-last").rate())
        .isCloseTo(5, within(1e-12));
    assertThat(bench.opponents()).containsExactly(entry("pytorch", "9.9 (Python 3.1)"));
    Map<?, ?> asked = Json.object(Files.readString(job));
    assertThat(asked.get("model")).isEqualTo("logistic");
    assertThat(asked.get("parameters")).isEqualTo(7850L);
    assertThat(asked.get("rounds")).isEqualTo(3L);
    assertThat(asked.get("threads")).isEqualTo(2L);
    assertThat(asked.get("layout")).isEqualTo("channels-last");
    assertThat(asked.get("trial")).isNull();
  }

  @Test
  void theLayoutIsAskedForByATrial() throws IOException, InterruptedException, OpponentException {
    Bench bench =
        python(
            """
            case "$3" in
              *'"trial":true'*) echo '{"layout": "channels-last"}' ;;
              *) echo '{}' ;;
            esac
            """);
    assertThat(TheirJob.layout(bench, folder, LR, 1)).isEqualTo("channels-last");
    assertThatThrownBy(() -> TheirJob.layout(python("echo '{}'"), folder, LR, 1))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("without a layout");
  }

  @Test
  void aLossThatIsNoNumberKeepsItsRound()
      throws IOException, InterruptedException, OpponentException {
    assertThat(losses("echo '{\"losses\": [2, null, 0.5]}'", 3))
        .containsExactly(2.0, Double.NaN, 0.5);
  }

  @Test
  void roundsThatAreNotThereAreAnError() {
    assertThatThrownBy(() -> losses("echo '{\"losses\": [2, 1]}'", 3))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("2 losses for 3 rounds");
    assertThatThrownBy(
            () ->
                TheirJob.time(python("echo '{\"seconds\": [2, null]}'"), folder, LR, 2, 1, "plain"))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("without seconds");
  }

  @Test
  void anErrorIsTheLoopsOwnWords() {
    assertThatThrownBy(() -> losses("echo '{\"error\": \"no such model\"}'", 2))
        .isInstanceOf(OpponentException.class)
        .hasMessage("jobs.py says: no such model");
    assertThatThrownBy(() -> losses("echo '{\"missing\": \"no torch\"}'", 2))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("no torch; run benchmarks/peers/setup.sh");
  }

  @Test
  void whatIsNoJsonIsShown() {
    assertThatThrownBy(() -> losses("echo 'Segmentation of time'", 2))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("no JSON object: Segmentation of time");
  }

  @Test
  void anEndWithAnotherStatusIsNoAnswer() {
    assertThatThrownBy(() -> losses("echo '{\"losses\": [2, 1]}'; echo killed >&2; exit 9", 2))
        .isInstanceOf(OpponentException.class)
        .hasMessage("jobs.py ended with exit status 9: killed");
    assertThatThrownBy(() -> losses("exit 0", 2))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("jobs.py ended without an answer");
  }

  @Test
  void onlyAProgramThatDoesNotStartCannotBeStarted() {
    assertThatThrownBy(() -> TheirJob.losses(FakePython.none(home, ""), folder, "{}", 2))
        .isInstanceOf(OpponentException.class)
        .hasMessageContaining("cannot start /nowhere/python");
  }
}
