package dev.tributary.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The digest that a file must have.
 *
 * @param algorithm {@code MD5} (guards against accidents only) or {@code SHA-256}
 * @param hex the digest in lower-case hex
 */
public record Checksum(String algorithm, String hex) {

  /**
   * Checks the algorithm and the number of digits.
   *
   * @throws IllegalArgumentException naming the digest that does not fit
   */
  public Checksum {
    int digits =
        switch (algorithm) {
          case "MD5" -> 32;
          case "SHA-256" -> 64;
          default ->
              throw new IllegalArgumentException(
                  "a checksum must be MD5 or SHA-256, got " + algorithm);
        };
    if (hex.length() != digits || !hex.equals(hex.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "%s must be %d lower-case hex digits, got %s".formatted(algorithm, digits, hex));
    }
  }

  /** An MD5, as most official pages give it. */
  public static Checksum md5(String hex) {
    return new Checksum("MD5", hex);
  }

  /** A SHA-256. */
  public static Checksum sha256(String hex) {
    return new Checksum("SHA-256", hex);
  }

  /** The digest, by this algorithm, of a whole file. */
  public String of(Path file) throws IOException {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A fresh digest of this algorithm. */
  public MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must offer " + algorithm, e);
    }
  }

  /** For example {@code MD5 c32a1d4ab5d03f1284b67883e8d87530}. */
  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
