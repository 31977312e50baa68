package dev.tributary.datasets.format;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A data file is not what its format asks for. The message names the file, the place in it, what
 * was expected, what was found and what to do.
 */
public final class DataFormatException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Path file;

  /**
   * "FILE, PLACE: expected EXPECTED, found FOUND; REMEDY".
   *
   * @param file the file, or the archive it lies in
   * @param place byte offset (in the uncompressed data), record or line
   * @param remedy what the reader of the message can do
   */
  public DataFormatException(
      Path file, String place, String expected, String found, String remedy) {
    super("%s, %s: expected %s, found %s; %s".formatted(file, place, expected, found, remedy));
    this.file = file;
  }

  /** The file that is wrong. */
  public Path file() {
    return file;
  }
}
