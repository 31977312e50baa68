package dev.tributary.scenarios.output;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files of a run directory by name, and how they are read. */
public final class RunFiles {
  /** Everything the scenario said or left to defaults. */
  public static final String SCENARIO = "scenario.resolved.conf";

  /** The scenario whose clients keep their states here, in a client process's directory. */
  public static final String CLIENTS_OF = "clients-of.resolved.conf";

  /** Machine, versions, data. */
  public static final String ENVIRONMENT = "environment.json";

  /** One line per round. */
  public static final String METRICS = "metrics.jsonl";

  /** One line per method, batch size and shift at test time. */
  public static final String TEST_TIME = "test-time.jsonl";

  /** What the run came to. */
  public static final String SUMMARY = "summary.json";

  /** The shared weights after the last round. */
  public static final String MODEL = "model.safetensors";

  /** The page for people. */
  public static final String REPORT = "report.html";

  /** The runs of a sweep, in its directory. */
  public static final String SWEEP = "sweep.json";

  /** What a sweep came to. */
  public static final String COMPARISON = "comparison.json";

  /** TensorBoard's event files. */
  public static final String TENSORBOARD = "tb";

  /** What a run resumes from. */
  public static final String CHECKPOINTS = "checkpoints";

  private RunFiles() {}

  /** A text file of a run. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "it is missing; is this the directory of a run?", e);
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** A record from a JSON file of a run. */
  public static <R extends Record> R read(Class<R> type, Path file) {
    try {
      return JsonRecords.read(type, Json.parse(text(file)));
    } catch (IllegalArgumentException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** The failure for a file that is not what it should be. */
  static Failure unreadable(Path file, String reason, @Nullable Throwable cause) {
    return new Failure(ExitCode.RUN_UNREADABLE, "cannot read " + file + ": " + reason, cause);
  }
}
