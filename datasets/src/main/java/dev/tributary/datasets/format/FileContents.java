package dev.tributary.datasets.format;

import dev.tributary.datasets.Checksum;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What is in a file once it is decompressed. */
public final class FileContents {
  private FileContents() {}

  /**
   * The digest, in lower-case hex, of a file's contents; for a gzip file of what it holds, so that
   * it does not depend on who compressed it.
   *
   * @throws DataFormatException when the compressed data are damaged
   */
  public static String digest(Path file, Checksum like) throws IOException {
    MessageDigest digest = like.newDigest();
    try (SourceFile source = SourceFile.open(file)) {
      for (byte[] bytes = source.some(); bytes.length > 0; bytes = source.some()) {
        digest.update(bytes);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
