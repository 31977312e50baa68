package dev.tributary.benchmarks.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.FakePython;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.engine.files.Durability;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RoundRecord;
import dev.tributary.scenarios.output.TimeSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With shell scripts for both sides; a quick job of pfl has two rounds and a cohort of 50. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class JobsBenchmarkTest {
  /** With two threads 50 clients in 5 seconds instead of 10; channels last only there. */
  private static final String LOOP =
      """
      case "$3" in
        *'"threads":1'*'"trial"'*) echo '{"layout": "plain"}' ;;
        *'"threads":2'*'"trial"'*) echo '{"layout": "channels-last"}' ;;
        *'"threads":1'*'"layout":"plain"'*) echo '{"seconds": [8, 10]}' ;;
        *'"threads":2'*'"layout":"channels-last"'*) echo '{"seconds": [4, 5]}' ;;
        *) exit 1 ;;
      esac
      """;

  @TempDir private Path home;

  /** A run of two rounds of 2 and 4 seconds, of which 2 of the last went into evaluation. */
  private void ours() throws IOException {
    Path metrics = home.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(metrics, 0)) {
      log.append(round(1, 2, 0), Durability.NOW);
      log.append(round(2, 4, 2), Durability.NOW);
    }
    FakePython.program(
        home.resolve("tributary"), "mkdir \"$4\" && cp '" + metrics + "' \"$4/metrics.jsonl\"");
  }

  private static RoundRecord round(int number, double seconds, double evaluate) {
    return new RoundRecord(
        number,
        "complete",
        seconds,
        50,
        50,
        0,
        Map.of(),
        1.5,
        100,
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        new TimeSplit(0, evaluate, 0, 0));
  }

  @Test
  void theFasterOfOneAndTwoThreadsCountsAndIsNamedWithItsLayout()
      throws IOException, InterruptedException {
    ours();
    Bench bench = FakePython.bench(home, "pfl", LOOP);
    new JobsBenchmark().run(bench);
    assertThat(bench.rows())
        .extracting(Row::name)
        .containsExactly("pfl, steady", "pfl, first round", "pfl, memory");
    assertThat(bench.rows())
        .allSatisfy(row -> assertThat(row.error()).isEmpty())
        .allSatisfy(
            row -> assertThat(row.note()).isEqualTo("theirs with threads = 2, channels last"));
    Row steady = bench.rows().getFirst();
    // Ours 50 clients in 2 seconds, theirs in 5.
    assertThat(steady.ours().median()).isEqualTo(25);
    assertThat(steady.theirs().median()).isEqualTo(10);
    assertThat(steady.ratio().median()).isEqualTo(2.5);
    // 2 seconds against 4.
    assertThat(bench.rows().get(1).ratio().median()).isEqualTo(2);
  }

  @Test
  void onlyTakesAnyPartOfARowsName() throws IOException, InterruptedException {
    ours();
    Bench bench = FakePython.bench(home, "pfl, st", LOOP);
    new JobsBenchmark().run(bench);
    assertThat(bench.rows()).extracting(Row::name).containsExactly("pfl, steady");
    Bench none = FakePython.bench(home, "pfl, slow", LOOP);
    new JobsBenchmark().run(none);
    assertThat(none.rows()).isEmpty();
    assertThat(none.declined()).hasSize(15).contains("fedbn, memory");
  }

  @Test
  void anOpponentThatFailsLeavesOurs() throws IOException, InterruptedException {
    ours();
    Bench bench = FakePython.bench(home, "pfl, st", "echo hello");
    new JobsBenchmark().run(bench);
    assertThat(bench.rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.ours().median()).isEqualTo(25);
              assertThat(row.theirs().present()).isFalse();
              assertThat(row.error()).contains("no JSON object: hello");
            });
  }

  @Test
  void aRunOfOursThatFailsSaysSo() throws IOException {
    FakePython.program(home.resolve("tributary"), "echo 'error: no room' >&2; exit 32");
    assertThatThrownBy(() -> new JobsBenchmark().run(FakePython.bench(home, "pfl", LOOP)))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.code()).isEqualTo(ExitCode.RUN_FAILED))
        .hasMessageContaining("exit status 32: error: no room");
  }
}
