package dev.tributary.scenarios.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.datasets.MissingDataException;
import dev.tributary.engine.files.Durability;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.RunSummary;
import dev.tributary.scenarios.output.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final FakeBackend backend = new FakeBackend();

  private int execute(String... arguments) {
    PrintWriter outWriter = new PrintWriter(out, true);
    PrintWriter errWriter = new PrintWriter(err, true);
    TerminalConsole console =
        new TerminalConsole(outWriter, errWriter, false, false, 100, System::nanoTime);
    return Main.execute(arguments, outWriter, errWriter, console, () -> backend, Map.of());
  }

  @Test
  void runHandsItsOptionsOver() {
    int code =
        execute(
            "run",
            "a.conf",
            "--set",
            "seed=2",
            "--set",
            "x.y=[1, 2]",
            "--out",
            "o",
            "--data",
            "d",
            "--workers",
            "2");
    assertThat(code).isZero();
    assertThat(backend.requests)
        .containsExactly(
            new Requests.Run(
                Path.of("a.conf"),
                List.of("seed=2", "x.y=[1, 2]"),
                Optional.of(Path.of("o")),
                Optional.of(Path.of("d")),
                Optional.of(2)));
  }

  @Test
  void resumeServerAndClientHandTheirsOver() {
    assertThat(execute("resume", "runs/a")).isZero();
    assertThat(execute("resume", "runs/a", "--deadline", "90.5")).isZero();
    assertThat(execute("server", "a.conf", "--port", "25520")).isZero();
    assertThat(execute("client", "a.conf", "--server", "h:25520", "--name", "east", "--own", "a,b"))
        .isZero();
    Requests.Run run =
        new Requests.Run(
            Path.of("a.conf"), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(backend.requests)
        .containsExactly(
            new Requests.Resume(
                Path.of("runs/a"), Optional.empty(), Optional.empty(), Optional.empty()),
            new Requests.Resume(
                Path.of("runs/a"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofMillis(90_500))),
            new Requests.Server(run, "127.0.0.1", 25520),
            new Requests.Client(run, "east", List.of("a", "b"), "h", 25520, "127.0.0.1", 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rnu a.conf                            | did you mean run?
          run a.conf --wrokers 2                | did you mean --workers?
          run                                   | Missing required parameter: 'FILE'
          run a.conf --wrokers 2                | Unknown option
          run a.conf --workers many             | 'many' is not an int
          run a.conf --workers 0                | --workers must be at least 1, got 0
          resume runs/a --deadline 0            | --deadline must be a number of seconds from 0.001
          resume runs/a --deadline NaN          | --deadline must be a number of seconds from 0.001
          server a.conf --port 70000            | --port must be 1 to 65535, got 70000
          server a.conf --port 0                | --port must be 1 to 65535, got 0
          server a.conf                         | --port=PORT
          client a.conf --name x --server y:1 --port -1 | --port must be 0 to 65535, got -1
          bench list                            | bench must be the first word: ./tributary bench list
          client a.conf --name x --server y     | --server must be HOST:PORT
          client a.conf --name x                | --server=HOST:PORT
          report runs --format yaml             | expected one of
          datasets verify mnits                 | did you mean mnist?
          datasets fetch nothing-like-it        | there are
          """)
  void misuseIsOneMessageAndCode2(String line, String message) {
    assertThat(execute(line.split(" "))).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("error: ")
        .containsIgnoringCase(message)
        .doesNotContain("\tat ");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new SettingException("seed must be whole"), 10, "seed must be whole"),
        Arguments.of(new Failure(ExitCode.SCENARIO_UNKNOWN_KEY, "unknown key x"), 12, "unknown"),
        Arguments.of(
            new UncheckedIOException(new MissingDataException("no mnist")), 20, "no mnist"),
        Arguments.of(new CompletionException(new Failure(ExitCode.QUORUM, "2 of 5")), 41, "2 of 5"),
        Arguments.of(new UncheckedIOException(new IOException("odd")), 32, "odd"),
        Arguments.of(new Failure(ExitCode.INTERRUPTED, "stopped"), 130, "stopped"),
        Arguments.of(new IllegalStateException("oops"), 70, "a bug of Tributary"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureIsOneMessageAndItsCode(RuntimeException failure, int code, String message) {
    backend.failure = failure;
    assertThat(execute("run", "a.conf")).isEqualTo(code);
    assertThat(err.toString()).startsWith("error: ").contains(message).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
    assertThat(execute("--verbose", "run", "a.conf")).isEqualTo(code);
    assertThat(err.toString()).contains("\tat " + MainTest.class.getName());
  }

  @Test
  void errorsOfTheMachineAreMessagesToo() {
    PrintWriter writer = new PrintWriter(err, true);
    int code =
        Main.execute(
            new String[] {"run", "a.conf"},
            writer,
            writer,
            new TerminalConsole(writer, writer, false, false, 100, System::nanoTime),
            () -> {
              throw new OutOfMemoryError("Java heap space");
            },
            Map.of());
    assertThat(code).isEqualTo(40);
    assertThat(err.toString()).startsWith("error: out of memory (Java heap space); use fewer");
  }

  @Test
  void helpNamesEveryVerbAndEveryRangeOfExitCodes() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "run",
            "resume",
            "report",
            "compare",
            "server",
            "client",
            "algorithms",
            "models",
            "datasets",
            "doctor",
            "bench",
            "10-19",
            "20-29",
            "30-39",
            "40-49",
            "50-59",
            "70",
            "130");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "resume",
        "report",
        "compare",
        "server",
        "client",
        "algorithms",
        "models",
        "datasets",
        "doctor"
      })
  void everyVerbHasHelp(String verb) {
    assertThat(execute(verb, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: tributary " + verb).doesNotContain("${");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void exitCodesAreDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/exit-codes.md"));
    for (ExitCode code : ExitCode.values()) {
      assertThat(page)
          .containsPattern("(?m)^\\| " + code.code() + " +\\| " + code.meaning() + " +\\|");
    }
  }

  @Test
  void methodsInJsonSayTheirKind() {
    assertThat(execute("algorithms", "--format", "json")).isZero();
    assertThat((List<?>) Json.parse(out.toString()))
        .extracting(
            method -> ((Map<?, ?>) method).get("kind") + " " + ((Map<?, ?>) method).get("id"))
        .contains("federated fedavg", "continual naive", "plasticity none", "test-time source")
        .doesNotHaveDuplicates();
  }

  @Test
  void methodsAreListedByKind() {
    assertThat(execute("algorithms")).isZero();
    assertThat(out.toString().lines())
        .containsSubsequence(
            "Federated methods: algorithm { name = ... }",
            "  fedbn",
            "Continual methods, for streams: continual { name = ... }",
            "  derpp",
            "      from: Buzzega et al., 2020",
            "      settings: buffer = 200, replay = 0, buffer-kind = reservoir | ring, joint ="
                + " true, alpha = 0.1, beta = 0.5",
            "Against the loss of plasticity: plasticity { name = ... }",
            "  nap",
            "Adaptation at test time: test-time { adapters = [...] }",
            "  tent",
            "      settings: lr = 0.001")
        // What has no settings and no source has no line for them.
        .noneMatch(line -> line.endsWith(": "));
  }

  @Test
  void missingDataHaveTheirCode() {
    assertThat(execute("datasets", "verify", "mnist", "--data", folder.toString())).isEqualTo(20);
    assertThat(err.toString()).contains("tributary datasets fetch mnist");
    assertThat(
            execute("datasets", "verify", "mnist", "--data", folder.toString(), "--format", "json"))
        .isEqualTo(20);
    assertThat(out.toString()).contains("\"status\": \"missing\"");
  }

  @Test
  void previewPrintsClientsByClass() {
    assertThat(execute("datasets", "preview", "a.conf")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "client   0   1  all",
            "───────────────────",
            "print   10  20   30",
            "pen      1   2    3");
  }

  @Test
  void doctorSaysWhatIsBrokenAndHowToMendIt() {
    assertThat(execute("doctor", "--data", folder.toString())).isEqualTo(70);
    assertThat(out.toString())
        .contains("✗ engine", "no jnind4jcpu", "✓ java", "tributary datasets fetch");
  }

  @Test
  void reportAndCompareReadRunsFromDisk() {
    writeRun(Samples.summary("fedavg", 1, 0.5));
    writeRun(Samples.summary("fedbn", 1, 0.6));
    writeRun(Samples.summary("fedbn", 2, 0.62));
    Path one = folder.resolve("fedavg-seed1");
    assertThat(execute("report", one.toString())).isZero();
    assertThat(out.toString().lines().limit(3))
        .containsExactly(
            "accuracy, %   print   pen  mean",
            "───────────────────────────────", "fedavg-seed1   50.0  70.0  60.0");
    assertThat(one.resolve(RunFiles.REPORT)).isRegularFile();

    assertThat(execute("report", folder.toString())).isZero();
    assertThat(folder.resolve(RunFiles.COMPARISON)).isRegularFile();
    assertThat(out.toString()).contains("* 71.0 ± 1.4");

    assertThat(execute("compare", one.toString(), folder.resolve("fedbn-seed1").toString()))
        .isZero();
    assertThat(execute("report", folder.resolve("gone").toString())).isEqualTo(30);
  }

  @Test
  void reportAsJsonIsTheSummary() {
    writeRun(Samples.summary("fedavg", 1, 0.5));
    assertThat(execute("report", folder.resolve("fedavg-seed1").toString(), "--format", "json"))
        .isZero();
    assertThat(Json.parse(out.toString()))
        .isEqualTo(Json.parse(Json.line(Samples.summary("fedavg", 1, 0.5))));
  }

  private void writeRun(RunSummary summary) {
    try (RunDirectory run = RunDirectory.create(folder.resolve(summary.label()));
        MetricsLog log = MetricsLog.open(run.file(RunFiles.METRICS), 0)) {
      log.append(Samples.round(1), Durability.NOW);
      AtomicFiles.write(run.file(RunFiles.SCENARIO), "seed = 1\n");
      AtomicFiles.write(run.file(RunFiles.SUMMARY), Json.pretty(summary));
      AtomicFiles.write(
          run.file(RunFiles.ENVIRONMENT),
          Json.pretty(Environment.here(folder, Instant.EPOCH, Map.of(), List.of())));
    }
  }
}
