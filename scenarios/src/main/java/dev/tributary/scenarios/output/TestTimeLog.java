package dev.tributary.scenarios.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** {@code test-time.jsonl}: one {@link TestTimeRecord} per line, appended as they are measured. */
public final class TestTimeLog {
  private TestTimeLog() {}

  /**
   * All whole lines, in order; none where there is no file. What a crash cut off is passed over.
   *
   * @throws dev.tributary.scenarios.Failure when a whole line is broken
   */
  public static List<TestTimeRecord> read(Path file) {
    List<TestTimeRecord> records = new ArrayList<>();
    if (!Files.exists(file)) {
      return records;
    }
    String text = RunFiles.text(file);
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      try {
        records.add(JsonRecords.read(TestTimeRecord.class, Json.parse(text.substring(start, end))));
      } catch (IllegalArgumentException e) {
        throw RunFiles.unreadable(file, "line " + (records.size() + 1) + ": " + e.getMessage(), e);
      }
      start = end + 1;
    }
    return records;
  }

  /** Replaces the file by these lines. */
  public static void write(Path file, List<TestTimeRecord> records) {
    AtomicFiles.write(file, lines(records));
  }

  /** Appends lines in one write and brings them to the disk. */
  public static void append(Path file, List<TestTimeRecord> records) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(lines(records).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw AtomicFiles.notWritten(file, e);
    }
  }

  private static String lines(List<TestTimeRecord> records) {
    StringBuilder lines = new StringBuilder();
    records.forEach(r -> lines.append(Json.line(r)).append('\n'));
    return lines.toString();
  }
}
