package dev.tributary.scenarios.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.files.Durability;
import dev.tributary.scenarios.output.AtomicFiles;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.output.Json;
import dev.tributary.scenarios.output.MetricsLog;
import dev.tributary.scenarios.output.RunDirectory;
import dev.tributary.scenarios.output.RunFiles;
import dev.tributary.scenarios.output.Samples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every verb that has {@code --format json} answers in JSON that can be read. */
class JsonOutputTest {
  /**
   * Verbs with the arguments they need; RUN stands for a run, NOWHERE for a folder without data.
   */
  private static final Map<String, String> ARGUMENTS =
      Map.of(
          "report", "RUN",
          "compare", "RUN RUN",
          "algorithms", "",
          "models", "",
          "datasets list", "--data NOWHERE",
          "datasets verify", "mnist --data NOWHERE",
          "datasets preview", "a.conf",
          "doctor", "--data NOWHERE");

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String line) {
    PrintWriter outWriter = new PrintWriter(out, true);
    PrintWriter errWriter = new PrintWriter(err, true);
    TerminalConsole console =
        new TerminalConsole(outWriter, errWriter, false, false, 100, System::nanoTime);
    String[] arguments =
        line.strip()
            .replace("NOWHERE", folder.resolve("nowhere").toString())
            .replace("RUN", folder.resolve("run").toString())
            .split(" +");
    return Main.execute(arguments, outWriter, errWriter, console, FakeBackend::new, Map.of());
  }

  static Set<String> verbs() {
    return ARGUMENTS.keySet();
  }

  @Test
  void noVerbIsLeftOut() {
    Console console =
        new TerminalConsole(
            new PrintWriter(out), new PrintWriter(err), false, false, 100, System::nanoTime);
    Set<String> found = new TreeSet<>();
    collect(Main.commandLine(new Session(console, FakeBackend::new, Map.of())), "", found);
    assertThat(found).containsExactlyInAnyOrderElementsOf(ARGUMENTS.keySet());
  }

  private static void collect(CommandLine line, String name, Set<String> found) {
    if (line.getCommandSpec().findOption("--format") != null) {
      found.add(name.strip());
    }
    line.getSubcommands().forEach((verb, sub) -> collect(sub, name + " " + verb, found));
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void answersInJson(String verb) {
    writeRun();
    // Whether all is well is the exit status's to say; an answer there is in any case.
    execute(verb + " " + ARGUMENTS.get(verb) + " --format json");
    assertThat(err.toString()).doesNotContain("error:");
    Object answer = Json.parse(out.toString());
    assertThat(answer instanceof Map<?, ?> map ? map.keySet() : (Collection<?>) answer)
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"algorithms", "models", "datasets list"})
  void listsAreForPeopleWithoutIt(String verb) {
    assertThat(execute(verb)).isZero();
    assertThat(out.toString().lines()).hasSizeGreaterThan(3);
    assertThat(out.toString()).doesNotStartWith("[");
  }

  @Test
  void checksOfTheMachineHaveTheirFields() {
    execute("doctor --data NOWHERE --format json");
    assertThat((List<?>) Json.parse(out.toString()))
        .extracting(
            check -> ((Map<?, ?>) check).get("name") + " " + ((Map<?, ?>) check).get("status"))
        .contains("java ok", "engine broken");
  }

  private void writeRun() {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"));
        MetricsLog log = MetricsLog.open(run.file(RunFiles.METRICS), 0)) {
      log.append(Samples.round(1), Durability.NOW);
      AtomicFiles.write(run.file(RunFiles.SCENARIO), "seed = 1\n");
      AtomicFiles.write(run.file(RunFiles.SUMMARY), Json.pretty(Samples.summary("fedavg", 1, 0.5)));
      AtomicFiles.write(
          run.file(RunFiles.ENVIRONMENT),
          Json.pretty(Environment.here(folder, Instant.EPOCH, Map.of(), List.of())));
    }
  }
}
