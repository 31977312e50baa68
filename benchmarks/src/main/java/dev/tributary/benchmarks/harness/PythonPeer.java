package dev.tributary.benchmarks.harness;

import dev.tributary.scenarios.output.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An opponent in Python: a process that lives as long as the benchmark and answers one line of JSON
 * with one line of JSON, so that turns need no start-up.
 */
public final class PythonPeer implements AutoCloseable {
  /** The environment variable that names the interpreter. */
  public static final String INTERPRETER = "TRIBUTARY_PYTHON";

  /**
   * Variables that an opponent is started without: the launcher's setting is for our workers,
   * theirs are told how many threads they have.
   */
  public static final Map<String, String> ENVIRONMENT = Map.of("OMP_NUM_THREADS", "");

  private static final String REMEDY =
      "run benchmarks/peers/setup.sh, which installs PyTorch 2.13 in benchmarks/peers/.venv, or let"
          + " "
          + INTERPRETER
          + " name a Python that has it";

  /** Characters of a wrong answer that a message shows. */
  private static final int SHOWN = 200;

  private final String script;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  private PythonPeer(String script, Process process) {
    this.script = script;
    this.process = process;
    this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts {@code benchmarks/peers/SCRIPT} and enters PyTorch's version in the result's head.
   *
   * @throws OpponentException if there is no Python, it has no PyTorch or it does not answer
   */
  public static PythonPeer start(Bench bench, String script) throws OpponentException {
    List<String> command = command(bench, script, List.of());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeAll(ENVIRONMENT.keySet());
    PythonPeer peer;
    try {
      peer = new PythonPeer(script, builder.start());
    } catch (IOException e) {
      throw notStarted(command.getFirst(), e);
    }
    boolean welcome = false;
    try {
      welcome(bench, peer.ask(Map.of("op", "hello")));
      welcome = true;
      return peer;
    } finally {
      if (!welcome) {
        peer.close();
      }
    }
  }

  /**
   * The command line of a script of {@code benchmarks/peers}.
   *
   * @throws OpponentException if no interpreter is named and none was set up
   */
  public static List<String> command(Bench bench, String script, List<String> arguments)
      throws OpponentException {
    Path folder = bench.home().resolve("benchmarks").resolve("peers");
    List<String> command = new ArrayList<>();
    command.add(interpreter(bench, folder));
    // No compiled copies in the source's folder.
    command.add("-B");
    command.add(folder.resolve(script).toString());
    command.addAll(arguments);
    return command;
  }

  /** What to say when the interpreter itself does not start. */
  public static OpponentException notStarted(String interpreter, IOException cause) {
    return new OpponentException("cannot start " + interpreter + "; " + REMEDY, cause);
  }

  /** Enters the versions that an answer names in the result's head. */
  public static void welcome(Bench bench, Map<?, ?> answer) {
    bench.opponent("pytorch", answer.get("torch") + " (Python " + answer.get("python") + ")");
  }

  private static String interpreter(Bench bench, Path folder) throws OpponentException {
    String named = bench.environment().getOrDefault(INTERPRETER, "");
    if (!named.isBlank()) {
      return named;
    }
    Path own = folder.resolve(".venv/bin/python");
    if (Files.isExecutable(own)) {
      return own.toString();
    }
    throw new OpponentException("PyTorch is missing; " + REMEDY, null);
  }

  /**
   * One request and its answer.
   *
   * @throws OpponentException with the peer's own words if it could not do what it was asked, or
   *     with how it ended
   */
  public Map<?, ?> ask(Map<String, ?> request) throws OpponentException {
    try {
      requests.write(Json.line(request) + "\n");
      requests.flush();
      String line = answers.readLine();
      if (line == null) {
        throw ended(request, null);
      }
      return answer(script, line);
    } catch (IOException e) {
      throw ended(request, e);
    }
  }

  /** What to say when no answer comes, which is when it has ended or is about to. */
  private OpponentException ended(Map<?, ?> request, @Nullable IOException cause) {
    process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
    String end =
        process.isAlive() ? "closed its output" : "ended with exit status " + process.exitValue();
    return new OpponentException(
        "%s %s instead of an answer to %s".formatted(script, end, Json.line(request)), cause);
  }

  /**
   * An answer from its line.
   *
   * @throws OpponentException if it is no JSON object, or says that PyTorch is missing or that
   *     something went wrong
   */
  public static Map<?, ?> answer(String script, String line) throws OpponentException {
    Map<?, ?> answer;
    try {
      answer = Json.object(line);
    } catch (IllegalArgumentException e) {
      String shown = line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
      throw new OpponentException(script + " answered with what is no JSON object: " + shown, e);
    }
    if (answer.get("missing") instanceof String what) {
      throw new OpponentException(what + "; " + REMEDY, null);
    }
    if (answer.get("error") instanceof String what) {
      throw new OpponentException(script + " says: " + what, null);
    }
    return answer;
  }

  /** The number under a key of an answer. */
  public static double number(Map<?, ?> answer, String key) throws OpponentException {
    if (answer.get(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw new OpponentException("the answer " + answer + " has no number " + key, null);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
