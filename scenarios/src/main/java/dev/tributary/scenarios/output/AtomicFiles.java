package dev.tributary.scenarios.output;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Files that are either the old or the new ones, never half: written beside, synced to the disk,
 * renamed over.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the stream is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes text in UTF-8. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a file whole or not at all.
   *
   * @throws Failure when the disk is full or the place may not be written to
   */
  public static void write(Path file, Content content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel channel =
              FileChannel.open(
                  temporary,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      discard(temporary, e);
      throw notWritten(file, e);
    }
  }

  /** Makes a rename last; platforms that cannot open directories do it by themselves. */
  private static void syncDirectory(@Nullable Path directory) throws IOException {
    if (directory == null || System.getProperty("os.name", "").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void discard(Path temporary, IOException e) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException also) {
      e.addSuppressed(also);
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
