package dev.tributary.datasets.format;

import java.nio.file.Path;

/**
 * The labels that a file may hold: {@code first} stands for class 0, and so on.
 *
 * @param classes number of classes, &ge; 1
 * @param first the label of class 0; 1 for EMNIST letters and libsvm's USPS
 */
public record ClassRange(int classes, int first) {

  /** Labels 0 to classes-1. */
  public static ClassRange of(int classes) {
    return new ClassRange(classes, 0);
  }

  /** Checks the range. */
  public ClassRange {
    if (classes < 1) {
      throw new IllegalArgumentException("classes must be >= 1, got " + classes);
    }
  }

  /** The class of a label found at {@code place} of a file. */
  int classOf(long label, Path file, String place) throws DataFormatException {
    long index = label - first;
    if (index < 0 || index >= classes) {
      throw new DataFormatException(
          file,
          place,
          "a label from %d to %d".formatted(first, first + classes - 1),
          String.valueOf(label),
          SourceFile.REMEDY);
    }
    return (int) index;
  }
}
