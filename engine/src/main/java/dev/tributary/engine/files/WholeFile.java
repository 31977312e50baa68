package dev.tributary.engine.files;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file that is either the old one or the new one, never half: beside its place, synced to
 * the disk, renamed over, the folder synced.
 */
public final class WholeFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private WholeFile() {}

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the stream is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces a file, or makes it, in a single step.
   *
   * @param file in a folder that exists; {@code FILE.tmp} beside it is used and must not be by
   *     anybody else
   * @throws IOException if it cannot be written; an older file is kept then
   */
  public static void write(Path file, Content content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      fill(channel, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(temporary, e);
      throw e;
    }
    sync(file.toAbsolutePath().getParent());
  }

  /** Writes, syncs and closes. */
  private static void fill(FileChannel channel, Content content) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Makes the name as durable as the content; Windows cannot force a folder and need not. */
  private static void sync(@Nullable Path folder) throws IOException {
    if (folder != null && File.separatorChar == '/') {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void discard(Path temporary, IOException e) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException also) {
      e.addSuppressed(also);
    }
  }
}
