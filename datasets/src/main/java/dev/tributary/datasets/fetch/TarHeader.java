package dev.tributary.datasets.fetch;

import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;

/**
 * The header block of an entry of a tar archive (POSIX ustar).
 *
 * @param name path of the entry
 * @param size bytes of its contents
 * @param file whether it is a regular file
 */
record TarHeader(String name, long size, boolean file) {
  static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;

  /** Whether this is the block of zeros at the end of an archive. */
  static boolean isEnd(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a header.
   *
   * @throws ZipException when its checksum or a number in it is wrong
   */
  static TarHeader parse(byte[] block) throws ZipException {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean checksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
      sum += checksum ? ' ' : block[i] & 0xFF;
    }
    if (octal(block, CHECKSUM_AT, CHECKSUM_LENGTH) != sum) {
      throw new ZipException("a tar header has the wrong checksum");
    }
    String prefix = text(block, 345, 155);
    String name = text(block, 0, 100);
    boolean ustar = text(block, 257, 5).equals("ustar");
    char type = (char) block[156];
    return new TarHeader(
        ustar && !prefix.isEmpty() ? prefix + "/" + name : name,
        octal(block, 124, 12),
        type == '0' || type == 0);
  }

  /** Bytes from the end of the contents to the next header. */
  long padding() {
    return (BLOCK - size % BLOCK) % BLOCK;
  }

  private static String text(byte[] block, int from, int length) {
    int end = from;
    while (end < from + length && block[end] != 0) {
      end++;
    }
    return new String(block, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] block, int from, int length) throws ZipException {
    String digits = text(block, from, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 8);
    } catch (NumberFormatException e) {
      ZipException wrong =
          new ZipException("a tar header has '" + digits + "' for an octal number");
      wrong.initCause(e);
      throw wrong;
    }
  }
}
