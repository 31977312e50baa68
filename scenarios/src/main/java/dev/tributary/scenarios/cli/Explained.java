package dev.tributary.scenarios.cli;

import com.typesafe.config.ConfigException;
import dev.tributary.datasets.MissingDataException;
import dev.tributary.datasets.fetch.FetchException;
import dev.tributary.datasets.format.DataFormatException;
import dev.tributary.datasets.partition.PartitionException;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What a user is told about an exception.
 *
 * @param code the exit status
 * @param message complete, with the way out
 */
record Explained(ExitCode code, String message) {

  static Explained of(Throwable thrown) {
    return switch (thrown) {
      case Failure failure -> new Explained(failure.code(), String.valueOf(failure.getMessage()));
      case CompletionException e when e.getCause() != null -> of(e.getCause());
      case ExecutionException e when e.getCause() != null -> of(e.getCause());
      case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
      case SettingException e -> told(ExitCode.SCENARIO_INVALID, e);
      case PartitionException e -> told(ExitCode.SCENARIO_INVALID, e);
      case ConfigException e -> told(ExitCode.SCENARIO_UNREADABLE, e);
      case MissingDataException e -> told(ExitCode.DATA_MISSING, e);
      case DataFormatException e -> told(ExitCode.DATA_CORRUPT, e);
      case FetchException e -> told(ExitCode.DATA_FETCH, e);
      case IOException e -> new Explained(ExitCode.DISK, "a file could not be used: " + e);
      case OutOfMemoryError e ->
          new Explained(
              ExitCode.RUN_FAILED,
              "out of memory ("
                  + e.getMessage()
                  + "); use fewer --workers or a smaller model, or give Java more:"
                  + " TRIBUTARY_JAVA_OPTS=-Xmx8g ./tributary ...");
      default ->
          new Explained(
              ExitCode.INTERNAL,
              "a bug of Tributary, please report it with the trace that --verbose shows: "
                  + thrown);
    };
  }

  private static Explained told(ExitCode code, Throwable thrown) {
    return new Explained(code, String.valueOf(thrown.getMessage()));
  }
}
