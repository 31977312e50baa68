package dev.tributary.engine.parameters;

import dev.tributary.engine.files.Durability;
import dev.tributary.engine.files.WholeFile;
import dev.tributary.engine.hash.Sha256;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A vector and some facts about it in one file that is either whole or not there: what checkpoints
 * and clients' states are kept in.
 *
 * <p>Format: the line {@code TRIBUTARY-VECTOR 1}, lines {@code key=value} sorted by key (among them
 * {@code layout}, the fingerprint), an empty line, the values as little-endian float32, and the
 * SHA-256 of all that as 32 bytes. Written as a {@link WholeFile}.
 *
 * @param facts keys without '=' and values, all without line breaks
 * @param vector the values
 */
public record VectorFile(SortedMap<String, String> facts, ParameterVector vector) {
  private static final String MAGIC = "TRIBUTARY-VECTOR 1";
  private static final int DIGEST_BYTES = 32;

  /** Writes the file, replacing an older one in a single step, and brings it to the disk. */
  public static void write(Path file, Map<String, String> facts, ParameterVector vector)
      throws IOException {
    write(file, facts, vector, Durability.NOW);
  }

  /**
   * Writes the file, replacing an older one in a single step.
   *
   * @param durability when it must be on the disk; one that a power cut has torn is found out by
   *     {@link #read}
   */
  public static void write(
      Path file, Map<String, String> facts, ParameterVector vector, Durability durability)
      throws IOException {
    TreeMap<String, String> all = new TreeMap<>(facts);
    all.put("layout", vector.layout().fingerprint());
    StringBuilder header = new StringBuilder(MAGIC).append('\n');
    all.forEach(
        (key, value) -> {
          if (key.contains("=") || key.contains("\n") || value.contains("\n")) {
            throw new IllegalArgumentException("a fact must be one line of key=value: " + key);
          }
          header.append(key).append('=').append(value).append('\n');
        });
    byte[] head = header.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    long size = head.length + (long) vector.size() * Float.BYTES + DIGEST_BYTES;
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException(
          file + " would have " + size + " bytes; a vector file holds less than 2 GiB");
    }
    byte[] bytes = new byte[(int) size];
    System.arraycopy(head, 0, bytes, 0, head.length);
    vector.write(MemorySegment.ofArray(bytes).asSlice(head.length));
    byte[] digest = new Sha256().add(bytes, bytes.length - DIGEST_BYTES).bytes();
    System.arraycopy(digest, 0, bytes, bytes.length - DIGEST_BYTES, DIGEST_BYTES);
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    WholeFile.write(file, durability, out -> out.write(bytes));
  }

  /**
   * Reads a file whose vector has this layout.
   *
   * @throws IOException if it cannot be read, is damaged or holds another layout; the message says
   *     which
   */
  public static VectorFile read(Path file, ParameterLayout layout) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length - DIGEST_BYTES;
    if (end < 0
        || !Arrays.equals(
            new Sha256().add(bytes, end).bytes(), Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw new IOException(file + " is damaged: its checksum does not fit its content");
    }
    TreeMap<String, String> facts = new TreeMap<>();
    int at = lineEnd(file, bytes, 0, end);
    if (!new String(bytes, 0, at, StandardCharsets.UTF_8).equals(MAGIC)) {
      throw new IOException(
          file + " does not start with '" + MAGIC + "': not a file of this version");
    }
    while (true) {
      int from = at + 1;
      at = lineEnd(file, bytes, from, end);
      if (at == from) {
        break;
      }
      String line = new String(bytes, from, at - from, StandardCharsets.UTF_8);
      int split = line.indexOf('=');
      if (split < 0) {
        throw new IOException(file + " has a header line that is not key=value: " + line);
      }
      facts.put(line.substring(0, split), line.substring(split + 1));
    }
    String found = facts.getOrDefault("layout", "none");
    int payload = end - at - 1;
    if (!found.equals(layout.fingerprint()) || payload != (long) layout.size() * Float.BYTES) {
      throw new IOException(
          file + " holds " + payload + " bytes of layout " + found + ", expected " + layout);
    }
    ByteBuffer values = ByteBuffer.wrap(bytes, at + 1, payload).slice();
    return new VectorFile(facts, ParameterVector.read(layout, values));
  }

  private static int lineEnd(Path file, byte[] bytes, int from, int end) throws IOException {
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    throw new IOException(file + " has a header without an end: not a vector file");
  }
}
