package dev.tributary.datasets.format;

/**
 * Fixed-length records: label bytes, then the planes of one image, rows from the top.
 *
 * @param labelBytes bytes before the pixels, &ge; 1
 * @param labelIndex which of them is the label, in [0, labelBytes)
 * @param channels planes of an image, &ge; 1
 * @param height rows, &ge; 1
 * @param width columns, &ge; 1
 * @param range the labels that may occur
 */
public record RecordLayout(
    int labelBytes, int labelIndex, int channels, int height, int width, ClassRange range) {

  /** CIFAR-10's binary version: 1 + 3072 bytes. */
  public static final RecordLayout CIFAR10 = new RecordLayout(1, 0, 3, 32, 32, ClassRange.of(10));

  /** CIFAR-100's binary version with its 100 fine labels: coarse, fine, 3072 bytes. */
  public static final RecordLayout CIFAR100_FINE =
      new RecordLayout(2, 1, 3, 32, 32, ClassRange.of(100));

  /** CIFAR-100's binary version with its 20 coarse labels. */
  public static final RecordLayout CIFAR100_COARSE =
      new RecordLayout(2, 0, 3, 32, 32, ClassRange.of(20));

  /** Office-Caltech-10 at 64 pixels a side: 1 + 12288 bytes. */
  public static final RecordLayout OFFICE_CALTECH =
      new RecordLayout(1, 0, 3, 64, 64, ClassRange.of(10));

  /** Checks the ranges. */
  public RecordLayout {
    if (labelBytes < 1 || labelIndex < 0 || labelIndex >= labelBytes) {
      throw new IllegalArgumentException(
          "a record's label must be one of its label bytes, got byte %d of %d"
              .formatted(labelIndex, labelBytes));
    }
    if (channels < 1 || height < 1 || width < 1 || (long) channels * height * width > 1 << 26) {
      throw new IllegalArgumentException(
          "a record's image must have 1 to 2^26 bytes, got [%d, %d, %d]"
              .formatted(channels, height, width));
    }
  }

  /** Bytes of the pixels of one record. */
  public int pixelBytes() {
    return channels * height * width;
  }

  /** Bytes of one record. */
  public int recordBytes() {
    return labelBytes + pixelBytes();
  }
}
