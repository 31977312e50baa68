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

/**
 * Writes a file that is either the old one or the new one, never half: beside its place, synced to
 * the disk, renamed over, the folder synced. Without the two syncs ({@link Durability#LATER}) that
 * holds however the process ends, but not after a power cut; the content must then tell by itself
 * whether it is whole.
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

  /** Replaces a file, or makes it, in a single step, and brings it to the disk. */
  public static void write(Path file, Content content) throws IOException {
    write(file, Durability.NOW, content);
  }

  /**
   * Replaces a file, or makes it, in a single step.
   *
   * @param file in a folder that exists; {@code FILE.tmp} beside it is used and must not be by
   *     anybody else
   * @param durability when it must be on the disk
   * @throws IOException if it cannot be written; an older file is kept then
   */
  public static void write(Path file, Durability durability, Content content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      fill(channel, durability, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(temporary, e);
      throw e;
    }
    if (durability == Durability.NOW) {
      syncFolder(file);
    }
  }

  /**
   * Brings a file that was written for {@link Durability#LATER} to the disk.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  public static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    syncFolder(file);
  }

  /** Writes, syncs if need be, and closes. */
  private static void fill(FileChannel channel, Durability durability, Content content)
      throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      content.writeTo(out);
      out.flush();
      if (durability == Durability.NOW) {
        channel.force(true);
      }
    }
  }

  /** Makes the name as durable as the content; Windows cannot force a folder and need not. */
  private static void syncFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
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
