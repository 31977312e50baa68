package dev.tributary.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.OpponentException;
import dev.tributary.benchmarks.harness.PythonPeer;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(Consumer<Bench> body, String... arguments) {
    return execute(body, Map.of(), arguments);
  }

  private int execute(Consumer<Bench> body, Map<String, String> variables, String... arguments) {
    return execute(body, false, variables, arguments);
  }

  private int execute(
      Consumer<Bench> body, boolean real, Map<String, String> variables, String... arguments) {
    Benchmark benchmark =
        new Benchmark() {
          @Override
          public boolean knowsRealData() {
            return real;
          }

          @Override
          public String name() {
            return "fake";
          }

          @Override
          public String summary() {
            return "measures nothing";
          }

          @Override
          public void run(Bench bench) {
            body.accept(bench);
          }
        };
    return Main.execute(
        List.of(benchmark),
        arguments,
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        variables);
  }

  private static void compared(Bench bench) {
    bench.opponent("pytorch", "9.9");
    bench.row(
        Row.compared(
            "sum",
            2,
            "ms",
            Better.LOWER,
            new double[] {1, 1, 1},
            new double[] {2, 3, 8},
            "theirs plain"));
  }

  /** The peer needs a process: an interpreter that is not there is the plainest failure. */
  private static void missing(Bench bench) {
    try (PythonPeer _ = PythonPeer.start(bench, "step.py")) {
      throw new AssertionError("there is no such Python");
    } catch (OpponentException e) {
      bench.row(Row.unopposed("sum", 2, "ms", Better.LOWER, new double[] {1, 5, 6}, e.reason()));
    }
  }

  @Test
  void theTableHasMediansRatioAndSpread() {
    assertThat(execute(MainTest::compared, "fake")).isEqualTo(ExitCode.OK.code());
    String row = out.toString().lines().filter(l -> l.startsWith("sum")).findFirst().orElse("");
    assertThat(row.split(" {2,}"))
        .containsExactly("sum", "2", "1.00", "3.00", "ms", "3.00", "2.00..8.00", "theirs plain");
    assertThat(out.toString()).contains("against pytorch 9.9", "tributary bench fake");
    assertThat(err.toString()).contains("sum, threads 2");
  }

  @Test
  void jsonHasTheSame() {
    assertThat(execute(MainTest::compared, "fake", "--format", "json", "--quick")).isZero();
    Map<?, ?> report = Json.object(out.toString());
    assertThat(report.get("command")).isEqualTo("tributary bench fake --quick");
    assertThat(report.get("whole")).isEqualTo(true);
    assertThat(report.get("opponents")).isEqualTo(Map.of("pytorch", "9.9"));
    assertThat(String.valueOf(report.get("machine"))).contains("cpu", "cores", "java", "isa");
    assertThat(report.get("rows"))
        .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.get("name")).isEqualTo("sum");
              assertThat(row.get("better")).isEqualTo("lower");
              assertThat(row.get("ratio")).isEqualTo(3L);
              assertThat(row.get("ratioMin")).isEqualTo(2L);
              assertThat(row.get("ratioMax")).isEqualTo(8L);
              assertThat(row.get("error")).isEqualTo("");
            });
  }

  @Test
  void aMissingOpponentIsAnErrorRowAndAnExitCode() {
    Map<String, String> nowhere = Map.of(PythonPeer.INTERPRETER, "/nowhere/python");
    assertThat(execute(MainTest::missing, nowhere, "fake"))
        .isEqualTo(ExitCode.BENCH_INCOMPLETE.code());
    assertThat(out.toString())
        .contains("5.00", "missing")
        .contains("error: sum: cannot start /nowhere/python; run benchmarks/peers/setup.sh");
  }

  @Test
  void inJsonAMissingOpponentIsNull() {
    Map<String, String> nowhere = Map.of(PythonPeer.INTERPRETER, "/nowhere/python");
    assertThat(execute(MainTest::missing, nowhere, "fake", "--format", "json"))
        .isEqualTo(ExitCode.BENCH_INCOMPLETE.code());
    assertThat(out.toString())
        .contains("\"whole\": false", "\"theirs\": null", "\"ratio\": null", "\"ours\": 5");
  }

  @Test
  void quickMeansFewerPairs() {
    List<Integer> pairs = new ArrayList<>();
    Consumer<Bench> body =
        bench -> {
          pairs.add(bench.pairs());
          compared(bench);
        };
    assertThat(execute(body, "fake", "--quick")).isZero();
    assertThat(execute(body, "fake")).isZero();
    assertThat(pairs).containsExactly(2, 5);
  }

  @Test
  void onlyChoosesRowsByAnyPartOfTheirNames() {
    assertThat(execute(MainTest::compared, "fake", "--only", "um")).isZero();
    assertThat(out.toString()).contains("theirs plain");
  }

  @Test
  void aTextThatNoRowHasIsAWrongCommandLine() {
    assertThat(execute(MainTest::compared, "fake", "--only", "difference"))
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString())
        .contains("error: no row of fake has 'difference' in its name; its rows are: sum");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void realIsForBenchmarksThatKnowRealData() {
    assertThat(execute(MainTest::compared, "fake", "--real")).isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString()).contains("fake has no comparison on real data");
    assertThat(out.toString()).isEmpty();
    assertThat(execute(MainTest::compared, true, Map.of(), "fake", "--real")).isZero();
  }

  private static void broken(Bench bench) {
    compared(bench);
    throw new IllegalStateException("the second sum is odd");
  }

  @Test
  void aFailureLateKeepsTheRowsBeforeIt() {
    assertThat(execute(MainTest::broken, "fake")).isEqualTo(ExitCode.INTERNAL.code());
    assertThat(out.toString())
        .contains("theirs plain")
        .contains("error: not all was measured: java.lang.IllegalStateException: the second sum");
    assertThat(err.toString()).contains("at dev.tributary.benchmarks.MainTest.broken");
  }

  @Test
  void inJsonTooAndItIsNotWhole() {
    assertThat(execute(MainTest::broken, "fake", "--format", "json"))
        .isEqualTo(ExitCode.INTERNAL.code());
    Map<?, ?> report = Json.object(out.toString());
    assertThat(report.get("whole")).isEqualTo(false);
    assertThat(String.valueOf(report.get("fault"))).contains("the second sum is odd");
    assertThat(report.get("rows")).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);
  }

  @Test
  void aFailureOfOursKeepsItsExitCode() {
    Consumer<Bench> body =
        bench -> {
          compared(bench);
          throw new Failure(ExitCode.RUN_FAILED, "tributary run ended");
        };
    assertThat(execute(body, "fake")).isEqualTo(ExitCode.RUN_FAILED.code());
    assertThat(out.toString())
        .contains("theirs plain", "error: not all was measured: tributary run ended");
    assertThat(err.toString()).contains("error: tributary run ended").doesNotContain("\tat ");
  }

  /** A library that is not there is an error to Java and no exception. */
  @Test
  void errorsKeepTheRowsToo() {
    Consumer<Bench> body =
        bench -> {
          compared(bench);
          throw new UnsatisfiedLinkError("no kernels");
        };
    assertThat(execute(body, "fake")).isEqualTo(ExitCode.INTERNAL.code());
    assertThat(out.toString()).contains("theirs plain", "no kernels");
  }

  @Test
  void unknownNamesAreExplained() {
    assertThat(execute(_ -> {}, "fast")).isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString()).contains("no benchmark is named fast", "fake");
    assertThat(execute(_ -> {}, "list")).isZero();
    assertThat(out.toString()).contains("measures nothing");
  }
}
