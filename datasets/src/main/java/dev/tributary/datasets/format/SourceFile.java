package dev.tributary.datasets.format;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A data file read from front to back, decompressed when its first bytes say gzip, whatever its
 * name. Every failure to read names the file and the offset in the uncompressed data.
 */
final class SourceFile implements Closeable {
  static final String REMEDY =
      "delete the file and fetch it again, or see what `tributary datasets verify` says";

  /** Deflate cannot compress better than this; so a file's length bounds what it can hold. */
  private static final long MOST_DEFLATE = 1032;

  private final Path file;
  private final String member;
  private final InputStream in;
  private final long bound;
  private final byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;
  private long offset;

  private SourceFile(Path file, String member, InputStream in, long bound) {
    this.file = file;
    this.member = member;
    this.in = in;
    this.bound = bound;
  }

  /** Opens a file; an error to open it is the file system's. */
  static SourceFile open(Path file) throws IOException {
    long length = Files.size(file);
    InputStream raw = Files.newInputStream(file);
    try {
      byte[] magic = raw.readNBytes(2);
      raw.close();
      raw = Files.newInputStream(file);
      boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
      if (!gzip) {
        return new SourceFile(file, "", raw, length);
      }
      try {
        return new SourceFile(file, "", new GZIPInputStream(raw, 1 << 16), length * MOST_DEFLATE);
      } catch (EOFException | ZipException e) {
        throw new DataFormatException(
            file, "byte 0", "a whole gzip header", String.valueOf(e.getMessage()), REMEDY);
      }
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** A part of an archive, of at most {@code bound} bytes. */
  static SourceFile member(Path archive, String member, InputStream in, long compressedLength) {
    return new SourceFile(archive, " (" + member + ")", in, compressedLength * MOST_DEFLATE);
  }

  Path file() {
    return file;
  }

  long offset() {
    return offset;
  }

  /** The most bytes that can still come, by the length of the file. */
  long remainingBound() {
    return bound - offset;
  }

  /**
   * Exactly {@code length} bytes, refused before anything is allocated if the file is too short.
   */
  byte[] read(long length, String what) throws IOException {
    if (length > remainingBound() || length > Integer.MAX_VALUE - 8) {
      throw wrong(
          "%d bytes of %s".formatted(length, what),
          "a file that can hold at most %d more".formatted(Math.max(0, remainingBound())));
    }
    // readNBytes grows as bytes come, so a lying header of a short gzip file allocates little.
    int buffered = Math.min(end - start, (int) length);
    byte[] head = Arrays.copyOfRange(buffer, start, start + buffered);
    byte[] bytes = head;
    if (buffered < length) {
      byte[] tail = guarded(() -> in.readNBytes((int) length - buffered));
      bytes = buffered == 0 ? tail : join(head, tail);
    }
    start += buffered;
    if (bytes.length < length) {
      throw wrong(
          "%d bytes of %s".formatted(length, what),
          "the end of the file after %d of them".formatted(bytes.length));
    }
    offset += length;
    return bytes;
  }

  /** The next bytes, some tens of thousands at most; none at the end. */
  byte[] some() throws IOException {
    if (atEnd()) {
      return new byte[0];
    }
    byte[] bytes = Arrays.copyOfRange(buffer, start, end);
    offset += bytes.length;
    start = end;
    return bytes;
  }

  /** Whether nothing is left. */
  boolean atEnd() throws IOException {
    return start == end && !fill();
  }

  /** Complains about anything that is left. */
  void expectEnd() throws IOException {
    if (!atEnd()) {
      throw wrong("the end of the file", "more bytes");
    }
  }

  /** The next line without its end, or null after the last; at most {@code longest} characters. */
  @Nullable String line(int longest) throws IOException {
    if (atEnd()) {
      return null;
    }
    StringBuilder line = new StringBuilder();
    while (!atEnd()) {
      int from = start;
      while (start < end && buffer[start] != '\n') {
        start++;
      }
      line.append(new String(buffer, from, start - from, StandardCharsets.ISO_8859_1));
      offset += start - from;
      if (line.length() > longest) {
        throw wrong("a line of at most " + longest + " characters", "a longer one");
      }
      if (start < end) {
        start++;
        offset++;
        break;
      }
    }
    return line.toString();
  }

  /** An exception about the current offset. */
  DataFormatException wrong(String expected, String found) {
    return wrong("byte " + offset, expected, found);
  }

  /** An exception about a place in this file. */
  DataFormatException wrong(String place, String expected, String found) {
    return new DataFormatException(file, place + member, expected, found, REMEDY);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    int read = guarded(() -> in.read(buffer, 0, buffer.length));
    start = 0;
    end = Math.max(0, read);
    return read > 0;
  }

  private <T> T guarded(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (EOFException | ZipException e) {
      throw wrong(
          "byte " + offset + " or after", "whole compressed data", String.valueOf(e.getMessage()));
    }
  }

  private static byte[] join(byte[] head, byte[] tail) {
    byte[] whole = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, whole, head.length, tail.length);
    return whole;
  }

  private interface Reading<T> {
    T read() throws IOException;
  }
}
