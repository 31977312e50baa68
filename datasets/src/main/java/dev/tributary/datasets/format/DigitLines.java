package dev.tributary.datasets.format;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Digits as lines of text, compressed by gzip or not: USPS in both official layouts, and UCI's
 * optdigits.
 *
 * <p>Values become bytes by rounding to the nearest, ties to even: USPS [-1, 1] and optdigits [0,
 * 16] to [0, 255].
 */
public final class DigitLines {
  private static final int LONGEST_LINE = 1 << 14;
  private static final int USPS_SIDE = 16;
  private static final int OPTDIGITS_SIDE = 8;

  private DigitLines() {}

  /** Lines of a digit 0 to 9 (also as 6.0000) and 256 values in [-1, 1], with blanks. */
  public static ImageSet usps(String name, Path file) throws IOException {
    return read(
        name,
        file,
        USPS_SIDE,
        ClassRange.of(10),
        (line, pixels) -> dense(line, "\\s+", 0, -1, 1, pixels));
  }

  /**
   * Lines in libsvm's sparse form: a label 1 to 10, then {@code index:value} with indices from 1
   * and values in [-1, 1]; a value that is left out is 0.
   */
  public static ImageSet uspsLibsvm(String name, Path file) throws IOException {
    return read(name, file, USPS_SIDE, new ClassRange(10, 1), DigitLines::sparse);
  }

  /** Lines of 64 values 0 to 16 and a digit, with commas. */
  public static ImageSet optdigits(String name, Path file) throws IOException {
    int label = OPTDIGITS_SIDE * OPTDIGITS_SIDE;
    return read(
        name,
        file,
        OPTDIGITS_SIDE,
        ClassRange.of(10),
        (line, pixels) -> dense(line, ",", label, 0, 16, pixels));
  }

  private static ImageSet read(
      String name, Path file, int side, ClassRange range, LineParser parser) throws IOException {
    int area = side * side;
    byte[] pixels = new byte[0];
    int[] labels = new int[0];
    int count = 0;
    try (SourceFile source = SourceFile.open(file)) {
      int number = 0;
      for (String line = source.line(LONGEST_LINE);
          line != null;
          line = source.line(LONGEST_LINE)) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        if (count == labels.length) {
          int room = Math.max(64, count * 2);
          labels = Arrays.copyOf(labels, room);
          pixels = Arrays.copyOf(pixels, Math.multiplyExact(room, area));
        }
        byte[] image = new byte[area];
        String place = "line " + number;
        try {
          labels[count] = range.classOf(parser.parse(line.strip(), image), file, place);
        } catch (LineException e) {
          throw source.wrong(place, e.expected, e.found);
        }
        System.arraycopy(image, 0, pixels, count * area, area);
        count++;
      }
      if (count == 0) {
        throw source.wrong("at least one line", "an empty file");
      }
    }
    return new ImageSet(
        name,
        1,
        side,
        side,
        range.classes(),
        Arrays.copyOf(pixels, count * area),
        Arrays.copyOf(labels, count),
        Scaling.UNIT);
  }

  private static long dense(
      String line, String separator, int labelAt, double low, double high, byte[] pixels)
      throws LineException {
    String[] words = line.split(separator, -1);
    if (words.length != pixels.length + 1) {
      throw new LineException("a label and " + pixels.length + " values", words.length + " words");
    }
    int pixel = 0;
    for (int i = 0; i < words.length; i++) {
      if (i != labelAt) {
        pixels[pixel++] = pixel(words[i], low, high);
      }
    }
    return label(words[labelAt]);
  }

  private static long sparse(String line, byte[] pixels) throws LineException {
    String[] words = line.split("\\s+", -1);
    Arrays.fill(pixels, pixel("0", -1, 1));
    int last = 0;
    for (int i = 1; i < words.length; i++) {
      int colon = words[i].indexOf(':');
      int index = colon < 1 ? 0 : (int) number(words[i].substring(0, colon));
      if (index <= last || index > pixels.length) {
        throw new LineException(
            "ascending index:value with indices from 1 to " + pixels.length, words[i]);
      }
      pixels[index - 1] = pixel(words[i].substring(colon + 1), -1, 1);
      last = index;
    }
    return label(words[0]);
  }

  private static byte pixel(String word, double low, double high) throws LineException {
    double value = number(word);
    if (!(value >= low && value <= high)) {
      throw new LineException("a value from %s to %s".formatted(low, high), word);
    }
    return (byte) (int) StrictMath.rint((value - low) / (high - low) * 255);
  }

  private static long label(String word) throws LineException {
    double value = number(word);
    if (value != StrictMath.rint(value)) {
      throw new LineException("a whole number as label", word);
    }
    return (long) value;
  }

  private static double number(String word) throws LineException {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw new LineException("a number", "'" + word + "'", e);
    }
  }

  /** Fills the pixels from a line and returns its label. */
  private interface LineParser {
    long parse(String line, byte[] pixels) throws LineException;
  }

  /** What is wrong with a line; the reader adds where. */
  private static final class LineException extends Exception {
    private static final long serialVersionUID = 1;
    private final String expected;
    private final String found;

    LineException(String expected, String found) {
      this(expected, found, null);
    }

    LineException(String expected, String found, @Nullable Throwable cause) {
      super(expected, cause);
      this.expected = expected;
      this.found = found;
    }
  }
}
