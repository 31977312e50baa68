package dev.tributary.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
  private static Bench only(String text) {
    return FakePython.none(Path.of("nowhere"), text);
  }

  private static Row row(String name) {
    return Row.alone(name, 1, "ms", Better.LOWER, new double[] {1}, "");
  }

  @Test
  void oneWantedRowIsEnoughToMeasure() {
    Bench bench = only("int4");
    assertThat(bench.wantsAny(List.of("int4 lenet", "int6 lenet"))).isTrue();
    assertThat(bench.wantsAny(List.of("fp32 lenet", "int6 lenet"))).isFalse();
    assertThat(only("").wantsAny(List.of("fp32 lenet"))).isTrue();
  }

  @Test
  void rowsThatNobodyAskedForAreDropped() {
    Bench bench = only("int4");
    bench.row(row("int6 lenet"));
    bench.row(row("int4 lenet"));
    assertThat(bench.rows()).extracting(Row::name).containsExactly("int4 lenet");
  }

  @Test
  void allNamesThatWereAskedAboutAreKnown() {
    Bench bench = only("int5");
    bench.wantsAny(List.of("int6 lenet", "int4 lenet"));
    bench.row(row("fp32 lenet"));
    assertThat(bench.declined()).containsExactly("int6 lenet", "int4 lenet", "fp32 lenet");
  }

  @Test
  void opponentsStayInTheirOrder() {
    Bench bench = only("");
    List<String> names = List.of("z", "b", "y", "a", "x", "c", "w");
    names.forEach(name -> bench.opponent(name, "1"));
    assertThat(bench.opponents().keySet()).containsExactlyElementsOf(names);
  }
}
