package dev.tributary.scenarios.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.scenarios.output.Samples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private long now = 1_000_000_000_000L;

  private TerminalConsole console(boolean terminal) {
    return new TerminalConsole(
        new PrintWriter(out, true), new PrintWriter(err, true), terminal, false, 70, () -> now);
  }

  private static Progress progress(int round) {
    Map<String, Double> accuracy = new LinkedHashMap<>();
    accuracy.put("print", 0.918);
    accuracy.put("pen", 0.882);
    accuracy.put("a-domain-that-does-not-fit", 0.5);
    return new Progress("fedbn", 2, 9, round, 4, 0, accuracy, 1234, 61);
  }

  @Test
  void lineShowsRoundBarAccuraciesSpeedAndTimeLeft() {
    assertThat(progress(2).line(200))
        .isEqualTo(
            "[2/9] fedbn │████████        │ 2/4  mean 76.7 %  print 91.8  pen 88.2"
                + "  a-domain-that-does-not-fit 50.0  1,234 samples/s  1:01 left");
    assertThat(progress(2).line(95)).contains("print 91.8").doesNotContain("fit").contains("left");
    assertThat(progress(2).line(20)).hasSize(20);
  }

  @Test
  void terminalRewritesOneLineAndClosesItBeforeOthers() {
    TerminalConsole console = console(true);
    console.progress(progress(1));
    now += 10_000_000;
    console.progress(progress(2));
    now += 100_000_000;
    console.progress(progress(3));
    console.result("done");
    assertThat(err.toString().split("\r\u001b\\[2K", -1)).hasSize(3);
    assertThat(err.toString())
        .contains("1/4")
        .doesNotContain(" 2/4")
        .contains("3/4")
        .endsWith("\n");
    assertThat(err.toString().replaceAll("\r\u001b\\[2K", "\n").lines())
        .allMatch(line -> line.length() < 70);
    assertThat(out.toString()).isEqualTo("done\n");
  }

  @Test
  void pipeGetsALineNowAndThenAndTheLastOne() {
    TerminalConsole console = console(false);
    console.progress(progress(1));
    now += 5_000_000_000L;
    console.progress(progress(2));
    now += 6_000_000_000L;
    console.progress(progress(3));
    now += 1;
    console.progress(progress(4));
    assertThat(err.toString().lines()).hasSize(3).noneMatch(line -> line.contains("\u001b"));
    assertThat(err.toString()).contains(" 1/4", " 3/4", " 4/4").doesNotContain(" 2/4");
  }

  @Test
  void meterEstimatesFromLaterRounds() {
    List<Progress> seen = new ArrayList<>();
    Console console =
        new Console() {
          @Override
          public void result(String line) {}

          @Override
          public void note(String line) {}

          @Override
          public void progress(Progress progress) {
            seen.add(progress);
          }

          @Override
          public boolean colored() {
            return false;
          }
        };
    ProgressMeter meter = new ProgressMeter(console, "x", 1, 2);
    meter.started(1, 10);
    assertThat(seen.getLast().secondsLeft()).isNaN();
    meter.round(Samples.round(1));
    meter.round(Samples.round(2));
    // Every sample round takes 2.5 s: 8 are left here, 10 in the other run.
    assertThat(seen.getLast().secondsLeft()).isEqualTo(8 * 2.5 + 10 * 2.5);
    meter.answered(1, 2);
    assertThat(seen.getLast().secondsLeft()).isEqualTo(7.5 * 2.5 + 10 * 2.5);
    assertThat(seen.getLast().domainAccuracy()).containsEntry("print", 0.52);
  }

  @Test
  void tableAlignsAndRefusesRaggedRows() {
    Table table = new Table(1, List.of("name", "n"));
    assertThat(table.row(List.of("é–x", "10")).row(List.of("long one", "7")).lines())
        .containsExactly("name       n", "────────────", "é–x       10", "long one   7");
    assertThatThrownBy(() -> table.row(List.of("x"))).hasMessage("a row of 1 cells for 2 columns");
  }
}
