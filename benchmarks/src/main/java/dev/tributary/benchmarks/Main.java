package dev.tributary.benchmarks;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Report;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.cli.OutputFormat;
import dev.tributary.scenarios.cli.Table;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line {@code tributary bench}. */
@Command(
    name = "tributary bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measure Tributary against what one would use instead, side by side.",
    description = {
      "%nOurs and theirs take turns in one run; medians are reported, and a ratio above 1 means"
          + " that",
      "ours is better. docs/benchmarks.md says what each benchmark measures and how to get the",
      "opponents. Exit code 60 where an opponent was missing or failed.%n"
    })
public final class Main implements Callable<Integer> {
  private final List<Benchmark> benchmarks;
  private final Map<String, String> environment;

  @Parameters(paramLabel = "NAME", description = "A benchmark, or list to see them all.")
  private String name = "";

  @Mixin private OutputFormat format = new OutputFormat();

  @Option(names = "--quick", description = "Two short pairs instead of five: for a first look.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only rows whose name has this in it.")
  private String only = "";

  @Option(names = "--real", description = "jobs: compare loss curves on real data, not speed.")
  private boolean real;

  @Spec private @Nullable CommandSpec spec;

  private Main(List<Benchmark> benchmarks, Map<String, String> environment) {
    this.benchmarks = benchmarks;
    this.environment = environment;
  }

  /** The process. */
  public static void main(String[] arguments) {
    // Numbers are written the same way everywhere.
    Locale.setDefault(Locale.ROOT);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(BenchmarkCatalog.all(), arguments, out, err, System.getenv()));
  }

  /**
   * Runs one command and returns its exit status.
   *
   * @param benchmarks those there are
   * @param out for results
   * @param err for progress and messages
   */
  static int execute(
      List<Benchmark> benchmarks,
      String[] arguments,
      PrintWriter out,
      PrintWriter err,
      Map<String, String> environment) {
    return new CommandLine(new Main(benchmarks, environment))
        .setOut(out)
        .setErr(err)
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> explained(thrown, command.getErr()))
        .execute(arguments);
  }

  private static String reason(Throwable thrown) {
    return thrown instanceof Failure ? String.valueOf(thrown.getMessage()) : thrown.toString();
  }

  /** Says what went wrong; the exit status. */
  private static int explained(Throwable thrown, PrintWriter err) {
    if (thrown instanceof Failure failure) {
      err.println("error: " + failure.getMessage());
      return failure.code().code();
    }
    thrown.printStackTrace(err);
    return ExitCode.INTERNAL.code();
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandLine line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    if (name.equals("list")) {
      list(line.getOut());
      return ExitCode.OK.code();
    }
    Benchmark benchmark =
        benchmarks.stream()
            .filter(b -> b.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unknown(name));
    if (real && !benchmark.knowsRealData()) {
      throw new Failure(
          ExitCode.USAGE,
          "%s has no comparison on real data; --real goes with %s"
              .formatted(
                  name,
                  benchmarks.stream()
                      .filter(Benchmark::knowsRealData)
                      .map(Benchmark::name)
                      .collect(Collectors.joining(", "))));
    }
    Path home = Path.of(System.getProperty("tributary.home", "")).toAbsolutePath();
    Bench bench =
        new Bench(new Bench.Options(quick, real, only), home, environment, line.getErr()::println);
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Throwable fault = measured(benchmark, bench);
    if (fault == null && bench.rows().isEmpty()) {
      throw nothing(bench);
    }
    Report report =
        new Report(
            command(),
            Environment.here(home, started, Engine.create().fingerprint(), List.of()),
            bench.opponents(),
            bench.rows(),
            fault == null ? "" : reason(fault));
    if (format.json()) {
      line.getOut().println(Json.pretty(report.json()).strip());
    } else {
      report.lines().forEach(line.getOut()::println);
    }
    if (fault != null) {
      return explained(fault, line.getErr());
    }
    return (report.whole() ? ExitCode.OK : ExitCode.BENCH_INCOMPLETE).code();
  }

  /**
   * Runs a benchmark; what ended it early, or null. Errors too: rows that took hours must not be
   * lost because memory or a library was missing for the next one.
   */
  private static @Nullable Throwable measured(Benchmark benchmark, Bench bench)
      throws InterruptedException {
    try {
      benchmark.run(bench);
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private String command() {
    return "tributary bench "
        + name
        + (quick ? " --quick" : "")
        + (real ? " --real" : "")
        + (only.isEmpty() ? "" : " --only '" + only + "'");
  }

  private void list(PrintWriter out) {
    Table table = new Table(2, List.of("benchmark", "what it measures"));
    benchmarks.forEach(b -> table.row(List.of(b.name(), b.summary())));
    table.lines().forEach(out::println);
  }

  private Failure nothing(Bench bench) {
    return new Failure(
        ExitCode.USAGE,
        "no row of %s has '%s' in its name; its rows are: %s"
            .formatted(name, only, String.join("; ", bench.declined())));
  }

  private Failure unknown(String name) {
    return new Failure(
        ExitCode.USAGE,
        "no benchmark is named "
            + name
            + "; there are "
            + benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", "))
            + ", and list shows what each measures");
  }
}
