package dev.tributary.scenarios.output;

import dev.tributary.engine.files.Durability;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code metrics.jsonl}: one {@link RoundRecord} per line, appended as rounds end. Lines reach the
 * disk in order and before the checkpoints of their rounds, some rounds at a time.
 *
 * <p>A resumed run cuts the file back to the lines of its checkpoint's rounds, so that rounds done
 * again are not there twice.
 */
public final class MetricsLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the file for appending after its first {@code rounds} lines; 0 starts anew.
   *
   * @throws Failure when it cannot be written, or has fewer lines than that
   */
  public static MetricsLog open(Path file, int rounds) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      byte[] bytes = rounds == 0 ? new byte[0] : Files.readAllBytes(file);
      int length = 0;
      for (int line = 0; line < rounds; line++) {
        while (length < bytes.length && bytes[length] != '\n') {
          length++;
        }
        if (length == bytes.length) {
          channel.close();
          throw new Failure(
              ExitCode.RUN_UNREADABLE,
              "%s has %d whole lines, the checkpoint was made after round %d; it was cut short, so this run cannot be resumed"
                  .formatted(file, line, rounds));
        }
        length++;
      }
      channel.truncate(length);
      channel.position(length);
      return new MetricsLog(file, channel);
    } catch (IOException e) {
      throw AtomicFiles.notWritten(file, e);
    }
  }

  /**
   * Appends one line.
   *
   * @param durability when it, and all before it, must be on the disk
   */
  public void append(RoundRecord round, Durability durability) {
    byte[] line = (Json.line(round) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      ByteBuffer buffer = ByteBuffer.wrap(line);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw AtomicFiles.notWritten(file, e);
    }
    if (durability == Durability.NOW) {
      sync();
    }
  }

  /** Brings all lines to the disk. */
  public void sync() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw AtomicFiles.notWritten(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFiles.notWritten(file, e);
    }
  }

  /**
   * The rounds of a file up to the first line that is not whole: a kill may have cut off the last,
   * a power cut several. None if there is no file.
   *
   * @throws Failure when it cannot be read
   */
  public static List<RoundRecord> readWhole(Path file) {
    List<RoundRecord> rounds = new ArrayList<>();
    try {
      // Bytes that a power cut has spoilt need not be text.
      parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), rounds);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw RunFiles.unreadable(file, String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      // The rounds before the broken line are told of; nothing after it counts.
      return List.copyOf(rounds);
    }
    return List.copyOf(rounds);
  }

  /**
   * All rounds of a file, in order; a last line that a crash cut off is passed over.
   *
   * @throws Failure when the file is missing or another line is broken
   */
  public static List<RoundRecord> read(Path file) {
    List<RoundRecord> rounds = new ArrayList<>();
    try {
      parse(RunFiles.text(file), rounds);
    } catch (IllegalArgumentException e) {
      throw RunFiles.unreadable(file, String.valueOf(e.getMessage()), e);
    }
    return List.copyOf(rounds);
  }

  /** Adds the rounds of all lines that have an end; throws at the first that is broken. */
  private static void parse(String text, List<RoundRecord> rounds) {
    int start = 0;
    int end = text.indexOf('\n');
    while (end >= 0) {
      try {
        rounds.add(JsonRecords.read(RoundRecord.class, Json.parse(text.substring(start, end))));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line %d: %s".formatted(rounds.size() + 1, e.getMessage()), e);
      }
      start = end + 1;
      end = text.indexOf('\n', start);
    }
  }
}
