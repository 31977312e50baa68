package dev.tributary.benchmarks.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.FakePython;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.engine.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepCellsTest {
  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("lenet", Shape.of(3, 32, 32), "none"),
          new Subject("lite-cnn", Shape.of(3, 28, 28), "batch"));

  private static Bench only(String text) {
    return FakePython.none(Path.of("nowhere"), text);
  }

  /** The cells with one thread, which every machine has. */
  private static List<String> cells(Bench bench) {
    List<String> cells = new ArrayList<>();
    StepCells.run(
        bench,
        SUBJECTS,
        List.of("int4 ", "fp32 "),
        (all, subject, batch, threads) -> {
          if (threads == 1) {
            cells.add(subject.name() + " " + batch);
          }
        });
    return cells;
  }

  @Test
  void aCellIsMeasuredForAnyOfItsRows() {
    assertThat(cells(only(""))).hasSize(4);
    assertThat(cells(only("int4"))).hasSize(4);
    assertThat(cells(only("fp32 lite"))).containsExactly("lite-cnn 10", "lite-cnn 32");
    assertThat(cells(only("int4 lenet, batch 32"))).containsExactly("lenet 32");
  }

  @Test
  void whereNoneIsWantedAllNamesAreKnown() {
    Bench bench = only("int5");
    assertThat(cells(bench)).isEmpty();
    assertThat(bench.declined())
        .containsExactly(
            "int4 lenet, batch 10",
            "fp32 lenet, batch 10",
            "int4 lenet, batch 32",
            "fp32 lenet, batch 32",
            "int4 lite-cnn, batch 10",
            "fp32 lite-cnn, batch 10",
            "int4 lite-cnn, batch 32",
            "fp32 lite-cnn, batch 32");
  }

  @Test
  void rowsOfMemoryAreChosenByTheirWholeName() {
    Bench bench = only("memory int4 lite");
    new ShiftQuantStepBenchmark().run(bench);
    assertThat(bench.rows())
        .extracting(Row::name)
        .containsExactly("memory int4 lite-cnn, batch 32");
  }

  /** The smallest of each pair would be 1, 1, 4: neither layout is so fast. */
  @Test
  void theLayoutWithTheBetterMedianCountsInAllPairs() {
    double[] ours = {2, 2, 2};
    double[] plain = {1, 6, 8};
    double[] channelsLast = {9, 1, 4};
    Row row = TheirSteps.compared("x", 1, ours, plain, channelsLast);
    assertThat(row.note()).isEqualTo("theirs is PyTorch, channels last");
    assertThat(row.theirs().median()).isEqualTo(4);
    assertThat(row.ratio().min()).isEqualTo(0.5);
    assertThat(TheirSteps.compared("x", 1, ours, plain, new double[] {7, 7, 7}).note())
        .isEqualTo("theirs is PyTorch, plain");
  }
}
