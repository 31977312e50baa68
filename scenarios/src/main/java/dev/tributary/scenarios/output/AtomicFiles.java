package dev.tributary.scenarios.output;

import dev.tributary.engine.files.WholeFile;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * The files of a run, each a {@link WholeFile}; what keeps one from being written is a {@link
 * Failure} that says what to do.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes text in UTF-8. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a file whole or not at all.
   *
   * @throws Failure when the disk is full or the place may not be written to
   */
  public static void write(Path file, WholeFile.Content content) {
    try {
      WholeFile.write(file, content);
    } catch (IOException e) {
      throw notWritten(file, e);
    }
  }

  /** The failure for a file that could not be written, saying why and what to do. */
  static Failure notWritten(Path file, IOException e) {
    String message = String.valueOf(e.getMessage());
    String reason;
    if (e instanceof AccessDeniedException) {
      reason = "no permission; choose another place with --out, or change its permissions";
    } else if (message.contains("No space left") || message.contains("not enough space")) {
      reason =
          "the disk is full; free some space, then continue with: tributary resume "
              + file.toAbsolutePath().getParent();
    } else if (e instanceof FileSystemException system && system.getReason() != null) {
      reason = system.getReason();
    } else {
      reason = message;
    }
    return new Failure(ExitCode.DISK, "cannot write " + file + ": " + reason, e);
  }
}
