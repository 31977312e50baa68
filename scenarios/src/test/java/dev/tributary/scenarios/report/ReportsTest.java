package dev.tributary.scenarios.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.files.Durability;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.JsonRecords;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.Samples;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportsTest {
  @TempDir private Path folder;

  /** Writes the files of a run of three rounds. */
  private RunView run(RunSummary summary) {
    Path path = folder.resolve(summary.label());
    try (RunDirectory run = RunDirectory.create(path);
        MetricsLog log = MetricsLog.open(run.file(RunFiles.METRICS), 0)) {
      for (int round = 1; round <= 3; round++) {
        log.append(Samples.round(round), Durability.NOW);
      }
      AtomicFiles.write(run.file(RunFiles.SCENARIO), "name = \"a<b>&c\", federation.rounds = 30\n");
      AtomicFiles.write(run.file(RunFiles.SUMMARY), Json.pretty(summary));
      AtomicFiles.write(
          run.file(RunFiles.ENVIRONMENT),
          Json.pretty(
              Environment.here(folder, Instant.EPOCH, Map.of("kernels", "plain"), List.of())));
    }
    return RunView.read(path);
  }

  @Test
  void pageOfARunHasItsNumbersAndIsSelfContained() throws Exception {
    String html = Files.readString(Reports.write(run(Samples.summary("fedbn", 1, 0.533))));
    assertThat(html)
        .contains("<td>print</td><td>100</td><td>53.3</td>")
        .contains("<td>pen</td><td>100</td><td>73.3</td>")
        .contains("<td>Mean of domains</td><td></td><td>63.3</td>")
        .contains("print, round 3: 53.0")
        .contains("pen, round 1: 71.0")
        .contains("loss, round 2: 0.75")
        .contains("<td>payload</td><td>12.0 kB</td><td>12.0 kB</td>")
        .contains("clients → server, metadata: 360 B (2.9 %)")
        // 12,450 of 48,480 bytes.
        .contains("Clients sent 25.7&nbsp;%")
        .contains("seconds, train: 6.00 s")
        .contains("data are drawn, not photographed")
        .contains("ab".repeat(32), "cd".repeat(32))
        .contains("a&lt;b&gt;&amp;c")
        .contains("not-finite")
        .doesNotContain("http://", "https://", "<script", "NaN", "Infinity");
    wellFormed(html);
  }

  @Test
  void interruptedRunIsCalledThat() {
    RunView view = run(interrupted("fedbn", 0.5));
    assertThat(view.progress()).isEqualTo("interrupted after 3 of 30 rounds");
    assertThat(new RunReport(view).html())
        .contains("This run was interrupted after 3 of 30 rounds: ")
        .contains("tributary resume fedbn-seed1");
  }

  /** A stream's tasks say how many rounds there are, and the scenario does not. */
  @Test
  void roundsThatTheScenarioDoesNotSayAreLeftOut() {
    RunView view = run(interrupted("fedbn", 0.5));
    assertThat(scenario(view, "name = x").progress()).isEqualTo("interrupted after 3 rounds");
    assertThat(scenario(view, "not { a scenario").progress())
        .isEqualTo("interrupted after 3 rounds");
    RunView one = run(with("fedavg", 0.5, Map.of("rounds", 1L)));
    assertThat(one.progress()).isEqualTo("1 round");
    assertThat(new RunReport(one).html()).contains("for 1 round:");
  }

  private static RunView scenario(RunView view, String scenario) {
    return new RunView(
        view.path(), view.summary(), view.environment(), view.rounds(), List.of(), scenario);
  }

  private static RunSummary interrupted(String method, double accuracy) {
    return with(method, accuracy, Map.of("status", RunSummary.INTERRUPTED));
  }

  /** A summary of seed 1 with other values for some keys. */
  private static RunSummary with(String method, double accuracy, Map<String, ?> changes) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Json.object(Json.line(Samples.summary(method, 1, accuracy)))
        .forEach((key, value) -> fields.put(String.valueOf(key), value));
    fields.putAll(changes);
    return JsonRecords.read(RunSummary.class, fields);
  }

  @Test
  void whatWasInterruptedIsMarkedAndDoesNotWin() throws Exception {
    List<RunView> runs = new ArrayList<>();
    runs.add(run(interrupted("fedprox", 0.7)));
    runs.add(run(Samples.summary("fedavg", 1, 0.5)));
    assertThat(Comparison.of(runs).best(Comparison.Method::meanAccuracy)).isNaN();
    runs.add(run(Samples.summary("fedbn", 1, 0.6)));
    Comparison comparison = Comparison.of(runs);
    assertThat(comparison.methods())
        .extracting(Comparison.Method::title)
        .containsExactly("fedprox (interrupted after 3 of 30 rounds)", "fedavg", "fedbn");
    assertThat(comparison.best(Comparison.Method::meanAccuracy)).isCloseTo(0.7, within(1e-12));
    String html = Files.readString(Reports.writeComparison(folder, "sample", runs));
    assertThat(html)
        .contains("Not all runs are complete", "<b>fedbn</b> with <b>70.0&nbsp;%</b>")
        .contains(
            "<td>fedprox<br/><span class=\"dev\">interrupted after 3 of 30 rounds</span></td>")
        .contains("<td><b>70.0</b></td>")
        .doesNotContain("<b>90.0</b>", "<b>fedprox");
    wellFormed(html);
  }

  @Test
  void aMethodOfWhichOneSeedWasInterruptedSaysSo() {
    List<RunView> runs = new ArrayList<>();
    runs.add(run(interrupted("fedavg", 0.5)));
    runs.add(run(Samples.summary("fedavg", 2, 0.5)));
    assertThat(Comparison.of(runs).methods().getFirst().title())
        .isEqualTo("fedavg (1 of 2 runs interrupted)");
  }

  @Test
  void runsOfASweepThatAreNotThereAreNamed() throws Exception {
    RunView first = run(Samples.summary("fedavg", 1, 0.5));
    RunView second = run(Samples.summary("fedbn", 1, 0.5));
    Files.writeString(
        folder.resolve(RunFiles.SWEEP),
        "{\"labels\": [\"fedavg-seed1\", \"gone\", \"fedbn-seed1\"], \"name\": \"x\"}");
    Files.delete(second.path().resolve(RunFiles.SUMMARY));
    assertThat(Reports.absent(folder))
        .containsExactly(
            "Of this sweep these runs have no directory: gone",
            "Of this sweep these runs have no results yet: fedbn-seed1; finish them with:"
                + " tributary resume "
                + folder);
    assertThat(Files.readString(Reports.writeComparison(folder, "x", List.of(first))))
        .contains("these runs have no directory: gone");
    Files.delete(first.path().resolve(RunFiles.SUMMARY));
    assertThatThrownBy(() -> Reports.runsBelow(folder))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has no run to show", "gone");
    assertThat(Reports.absent(first.path())).isEmpty();
  }

  /** The sample's domains have 51 to 53 and 71 to 73 percent. */
  @Test
  void panelsOfDomainsHaveOneAxisAndBandsAreNamedWhereTheyAre() throws Exception {
    List<RunView> runs = new ArrayList<>();
    runs.add(run(Samples.summary("fedavg", 1, 0.5)));
    String html = Files.readString(Reports.writeComparison(folder, "sample", runs));
    assertThat(html).doesNotContain("standard deviation");
    String panels = html.substring(html.indexOf("domain by domain"), html.indexOf("What it cost"));
    String[] charts = panels.split("<figure>", -1);
    assertThat(charts).hasSize(3);
    assertThat(charts[1]).contains(">50</text>", ">75</text>");
    assertThat(charts[2]).contains(">50</text>", ">75</text>");

    LineChart banded = chart(0.01);
    assertThat(banded.hasBand()).isTrue();
    assertThat(banded.low()).isCloseTo(0.49, within(1e-12));
    assertThat(banded.high()).isCloseTo(0.61, within(1e-12));
    assertThat(chart(0).hasBand()).isFalse();
  }

  private static LineChart chart(double spread) {
    return new LineChart(
        "d",
        "y",
        LineChart.Unit.PERCENT,
        false,
        LineChart.Size.HALF,
        List.of(
            new LineChart.Series(
                "s",
                0,
                List.of(
                    new LineChart.Point(1, 0.5, spread), new LineChart.Point(2, 0.6, spread)))));
  }

  @Test
  void aRunWithASeedThatItsMethodHasAlreadyIsNoOtherSeed() {
    RunView first = run(Samples.summary("fedavg", 1, 0.50));
    RunView again =
        new RunView(
            folder.resolve("elsewhere"),
            first.summary(),
            first.environment(),
            first.rounds(),
            List.of(),
            first.scenario());
    RunView other = run(Samples.summary("fedavg", 2, 0.54));
    Comparison comparison = Comparison.of(List.of(first, again, other));
    assertThat(comparison.methods())
        .extracting(Comparison.Method::name)
        .containsExactly("fedavg", "fedavg (" + folder.resolve("elsewhere") + ")");
    assertThat(comparison.methods())
        .extracting(Comparison.Method::seeds)
        .containsExactly(List.of(1L, 2L), List.of(1L));
  }

  @Test
  void comparisonHasMeansDeviationsAndTheBestInBold() throws Exception {
    List<RunView> runs = new ArrayList<>();
    runs.add(run(Samples.summary("fedavg", 1, 0.50)));
    runs.add(run(Samples.summary("fedavg", 2, 0.54)));
    runs.add(run(Samples.summary("fedbn", 1, 0.60)));
    runs.add(run(Samples.summary("fedbn", 2, 0.62)));
    String html = Files.readString(Reports.writeComparison(folder, "sample", runs));
    // 50 and 54: mean 52, deviation sqrt((4 + 4) / 1) = 2.83; 60 and 62: mean 61, deviation 1.41.
    assertThat(html)
        .contains("<td>52.0 <span class=\"dev\">± 2.8</span></td>")
        .contains("<td><b>61.0</b> <span class=\"dev\">± 1.4</span></td>")
        .contains("<td><b>81.0</b> <span class=\"dev\">± 1.4</span></td>")
        .contains("2 methods over 2 domains and 2 seeds", "<b>fedbn</b> with <b>71.0&nbsp;%</b>")
        .contains("<td>12.5 kB</td><td>25.7</td><td>12.3 kB</td>")
        .contains("<code>abababababab</code>");
    wellFormed(html);

    Map<?, ?> json = Json.object(Files.readString(folder.resolve(RunFiles.COMPARISON)));
    List<?> methods = (List<?>) Objects.requireNonNull(json.get("methods"));
    Map<?, ?> fedbn = (Map<?, ?>) Objects.requireNonNull(methods.get(1));
    assertThat((Object) fedbn.get("seeds")).isEqualTo(List.of(1L, 2L));
    Map<?, ?> mean = (Map<?, ?>) Objects.requireNonNull(fedbn.get("meanAccuracy"));
    assertThat((Double) Objects.requireNonNull(mean.get("mean"))).isCloseTo(0.71, within(1e-12));
    assertThat((Double) Objects.requireNonNull(mean.get("deviation")))
        .isCloseTo(0.0141421356, within(1e-9));
    assertThat(Reports.runsBelow(folder))
        .extracting(p -> p.getFileName().toString())
        .containsExactly("fedavg-seed1", "fedavg-seed2", "fedbn-seed1", "fedbn-seed2");
  }

  @Test
  void runWithoutSummaryIsSentToResume() throws IOException {
    RunView run = run(Samples.summary("fedbn", 1, 0.5));
    Files.delete(run.path().resolve(RunFiles.SUMMARY));
    assertThatThrownBy(() -> RunView.read(run.path()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("finish it with: tributary resume " + run.path());
  }

  @Test
  void labelsAtLineEndsKeepApartAndInside() {
    double[] places = LineChart.spread(new double[] {14, 15, 16, 100, 285, 286}, 14, 286);
    for (int i = 1; i < places.length; i++) {
      assertThat(places[i] - places[i - 1]).isGreaterThanOrEqualTo(14.9);
    }
    assertThat(places[0]).isGreaterThanOrEqualTo(13.9);
  }

  @Test
  void axesHaveRoundTicks() {
    assertThat(Scale.rounded(0.13, 0.97, 5, 0, 1).ticks())
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, Double.class)
        .containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
    assertThat(Scale.rounded(5, 5, 5, 0, 1).ticks()).contains(5.0);
    assertThat(LineChart.Unit.PERCENT.tick(0.205, 0.005)).isEqualTo("20.5");
    assertThat(LineChart.Unit.NUMBER.tick(-0.0, 0.5)).isEqualTo("0.0");
  }

  @Test
  void numbersReadWell() {
    assertThat(Format.bytes(999)).isEqualTo("999 B");
    assertThat(Format.bytes(999_600)).isEqualTo("1.00 MB");
    assertThat(Format.bytes(56_876_840)).isEqualTo("56.9 MB");
    assertThat(Format.seconds(0.4213)).isEqualTo("0.42 s");
    assertThat(Format.seconds(125.4)).isEqualTo("2 min 05 s");
    assertThat(Format.seconds(3725)).isEqualTo("1 h 02 min");
    assertThat(Format.percent(Double.NaN)).isEqualTo("–");
    assertThat(Format.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Format.plural(1, "round") + ", " + Format.plural(2, "round"))
        .isEqualTo("1 round, 2 rounds");
    assertThat(Format.significant(9.999)).isEqualTo("10.0");
  }

  private static void wellFormed(String html) throws Exception {
    String xml =
        html.replace("<!doctype html>", "")
            .replace("&nbsp;", " ")
            .replaceAll("<meta([^>]*)>", "<meta$1/>");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
