package dev.tributary.engine.hash;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) of bytes and text, in one go or part by part. */
public final class Sha256 {
  /** The size of a hash. */
  public static final int BYTES = 32;

  private final MessageDigest digest;

  /** A hash of nothing so far. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must offer SHA-256", e);
    }
  }

  /** 64 hexadecimal digits. */
  public static String hex(byte[] bytes) {
    return new Sha256().add(bytes, bytes.length).hex();
  }

  /** 64 hexadecimal digits of the text's UTF-8. */
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Goes on with the first {@code length} bytes. */
  public Sha256 add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
    return this;
  }

  /** Goes on with the buffer's remaining bytes. */
  public Sha256 add(ByteBuffer bytes) {
    digest.update(bytes);
    return this;
  }

  /** The 32 bytes of the hash; this object starts anew. */
  public byte[] bytes() {
    return digest.digest();
  }

  /**
   * Writes the 32 bytes of the hash to the start of {@code to}, and allocates nothing; this object
   * starts anew.
   */
  public void write(byte[] to) {
    try {
      digest.digest(to, 0, BYTES);
    } catch (DigestException e) {
      throw new IllegalArgumentException("a hash has 32 bytes, got room for " + to.length, e);
    }
  }

  /** The hash as 64 hexadecimal digits; this object starts anew. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
