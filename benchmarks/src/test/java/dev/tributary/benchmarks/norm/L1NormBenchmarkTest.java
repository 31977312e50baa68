package dev.tributary.benchmarks.norm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.FakePython;
import dev.tributary.benchmarks.harness.Row;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class L1NormBenchmarkTest {
  private static final Images IMAGES = new Images(32, 64, 14);

  private final Map<String, double[]> rates = new LinkedHashMap<>();

  private List<Row> rows(String only, Map<String, String> absent) {
    rates.put("quantised", new double[] {60, 60});
    rates.put("l1", new double[] {30, 30});
    rates.put("our loops", new double[] {20, 20});
    rates.put("copy", new double[] {100, 100});
    Bench bench = FakePython.none(Path.of("nowhere"), only);
    L1NormBenchmark.rows(bench, IMAGES, 1, rates, absent);
    return bench.rows();
  }

  @Test
  void theBestThatWasMeasuredIsTheOpponent() {
    rates.put("oneDNN", new double[] {40, 40});
    rates.put("PyTorch", new double[] {10, 10});
    assertThat(rows("", Map.of()))
        .extracting(Row::name)
        .containsExactly("quantised l1 32x64x14x14", "fp32 l1 32x64x14x14");
    assertThat(rows("quantised", Map.of()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.ratio().median()).isEqualTo(1.5);
              assertThat(row.note()).contains("theirs oneDNN of", "PyTorch 10.0");
            });
  }

  @Test
  void everyOpponentThatIsMissingSaysSo() {
    Map<String, String> absent = new LinkedHashMap<>();
    absent.put("oneDNN", "no oneDNN");
    absent.put("PyTorch", "no PyTorch");
    List<Row> rows = rows("fp32", absent);
    assertThat(rows)
        .extracting(Row::name)
        .containsExactly(
            "fp32 l1 32x64x14x14",
            "fp32 l1 32x64x14x14 and oneDNN",
            "fp32 l1 32x64x14x14 and PyTorch");
    assertThat(rows).extracting(Row::error).containsExactly("", "no oneDNN", "no PyTorch");
    assertThat(rows.getFirst().ratio().median()).isEqualTo(1.5);
  }

  /** The turns before it failed are no measurement. */
  @Test
  void whatFailedOnTheWayDoesNotCount() {
    rates.put("PyTorch", new double[] {500, 0});
    assertThat(rows("quantised", Map.of("PyTorch", "it ended")).getFirst().theirs().median())
        .isEqualTo(20);
  }
}
