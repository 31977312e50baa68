package dev.tributary.datasets.format;

import java.io.IOException;
import java.io.InputStream;

/** The next bytes of a file as a stream; a file that ends inside them is an error, not an end. */
final class PartStream extends InputStream {
  private static final int MOST = 1 << 16;

  private final SourceFile source;
  private long left;

  PartStream(SourceFile source, long length) {
    this.source = source;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int now = (int) Math.min(Math.min(left, length), MOST);
    System.arraycopy(source.read(now, "a compressed element"), 0, target, offset, now);
    left -= now;
    return now;
  }

  /** Moves the file to the end of the part. */
  void skipRest() throws IOException {
    byte[] rest = new byte[MOST];
    while (left > 0) {
      read(rest, 0, MOST);
    }
  }
}
