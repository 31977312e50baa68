package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.config.Nearest;
import dev.tributary.scenarios.output.Environment;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line {@code tributary}. */
@Command(
    name = "tributary",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "VERB",
    sortOptions = false,
    header =
        "Federated and continual learning and adaptation at test time, simulated: one model, many"
            + " streams.%n",
    description = {
      "Start here:",
      "  @|bold tributary run scenarios/quickstart.conf|@   three methods on five domains, built-in"
          + " data",
      "  @|bold tributary run FILE --set seed=7|@           any setting of the file, from outside",
      "  @|bold tributary doctor|@                          what this machine has and lacks",
      "  @|bold tributary bench list|@                      what can be measured, and against whom",
      "",
      "A run writes a directory with its settings, metrics, weights and a report.html;",
      "Ctrl-C leaves one that @|bold tributary resume|@ continues, to the same bits.",
      ""
    },
    commandListHeading = "%nVerbs (tributary VERB --help says more):%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExit codes (docs/exit-codes.md has them all):%n",
    footer = {
      "  0       done",
      "  2       the command line is wrong",
      "  10-19   the scenario: a key, a value, a file that cannot be read",
      "  20-29   data: missing, corrupt, not fetched",
      "  30-39   the run directory or the disk",
      "  40-49   the run failed: quorum, engine mismatch",
      "  50-59   the cluster: address, connection, admission",
      "  60-69   benchmarks: an opponent is missing",
      "  70      a bug of Tributary",
      "  130     interrupted; the run can be resumed"
    })
public final class Main implements Runnable {
  /** The property that logback.xml takes its level from. */
  private static final String LOG_LEVEL = "tributary.log";

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what happens, and show the trace of an error.")
  private boolean verbose;

  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /** The process. */
  public static void main(String[] arguments) {
    // Numbers are written the same way everywhere.
    Locale.setDefault(Locale.ROOT);
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
    Map<String, String> environment = System.getenv();
    Console console = TerminalConsole.of(out, err, environment);
    System.exit(execute(arguments, out, err, console, Backend::load, environment));
  }

  /**
   * Runs one command and returns its exit status; nothing is thrown.
   *
   * @param out for help and results
   * @param err for messages
   * @param console where verbs speak, normally on the same two
   */
  static int execute(
      String[] arguments,
      PrintWriter out,
      PrintWriter err,
      Console console,
      Supplier<Backend> backend,
      Map<String, String> environment) {
    CommandLine line =
        commandLine(new Session(console, backend, environment)).setOut(out).setErr(err);
    int status;
    try {
      status = line.execute(arguments);
    } catch (LinkageError | OutOfMemoryError | StackOverflowError | ServiceConfigurationError e) {
      // Errors pass picocli's handlers by.
      status = failed(e, line, List.of(arguments).contains("--verbose"));
    }
    out.flush();
    err.flush();
    return status;
  }

  static CommandLine commandLine(Session session) {
    Main root = new Main();
    CommandLine line =
        new CommandLine(root)
            .addSubcommand(new RunCommand(session))
            .addSubcommand(new ResumeCommand(session))
            .addSubcommand(new ReportCommand(session))
            .addSubcommand(new CompareCommand(session))
            .addSubcommand(new ServerCommand(session))
            .addSubcommand(new ClientCommand(session))
            .addSubcommand(new AlgorithmsCommand(session))
            .addSubcommand(new ModelsCommand(session))
            .addSubcommand(
                new CommandLine(new DatasetsCommand())
                    .addSubcommand(new DatasetsCommand.ListThem(session))
                    .addSubcommand(new DatasetsCommand.FetchOne(session))
                    .addSubcommand(new DatasetsCommand.Verify(session))
                    .addSubcommand(new DatasetsCommand.Preview(session)))
            .addSubcommand(new DoctorCommand(session))
            .addSubcommand(new BenchCommand());
    return line.setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExitCodeExceptionMapper(thrown -> Explained.of(thrown).code().code())
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> failed(thrown, command, root.verbose))
        .setExecutionStrategy(
            parsed -> {
              // Before anything has asked for a logger.
              if (root.verbose) {
                System.setProperty(LOG_LEVEL, "INFO");
              }
              return new CommandLine.RunLast().execute(parsed);
            });
  }

  private static int misused(CommandLine.ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + e.getMessage() + suggestion(e));
    err.println("see: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.code();
  }

  private static String suggestion(CommandLine.ParameterException e) {
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return "";
    }
    CommandSpec command = e.getCommandLine().getCommandSpec();
    Set<String> known = new TreeSet<>(command.optionsMap().keySet());
    known.addAll(command.subcommands().keySet());
    return Nearest.to(unmatched.getUnmatched().getFirst(), known)
        .map(near -> "; did you mean " + near + "?")
        .orElse("");
  }

  private static int failed(Throwable thrown, CommandLine command, boolean verbose) {
    Explained explained = Explained.of(thrown);
    command.getErr().println("error: " + explained.message());
    if (verbose) {
      thrown.printStackTrace(command.getErr());
    }
    return explained.code().code();
  }

  /** Without a verb: the help. */
  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    line.usage(line.getOut());
  }

  /** Tributary's version with those of what it stands on. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Map<String, String> versions = Environment.libraries();
      return new String[] {
        "tributary "
            + versions.get("tributary")
            + " (ND4J "
            + versions.get("nd4j")
            + ", Pekko "
            + versions.get("pekko")
            + ", Java "
            + Runtime.version()
            + ")"
      };
    }
  }
}
