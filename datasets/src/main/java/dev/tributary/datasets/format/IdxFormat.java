package dev.tributary.datasets.format;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.Scaling;
import dev.tributary.engine.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * IDX, the format of MNIST: two zero bytes, the type (8 = unsigned byte), the number of axes, one
 * big-endian int32 length per axis, then the data, last axis fastest. Compressed by gzip or not.
 *
 * <p>Images are [N, H, W], or with color [N, H, W, C]; labels are [N], or [N, K] where more than
 * the class is known of each image.
 */
public final class IdxFormat {
  private static final int UNSIGNED_BYTE = 8;

  private IdxFormat() {}

  /**
   * Reads a whole file of unsigned bytes with 1 to 4 axes.
   *
   * @throws DataFormatException when the header is wrong or the length disagrees with it
   */
  public static IdxArray read(Path file) throws IOException {
    try (SourceFile source = SourceFile.open(file)) {
      byte[] magic = source.read(4, "the IDX header");
      if (magic[0] != 0 || magic[1] != 0 || magic[2] != UNSIGNED_BYTE) {
        throw source.wrong(
            "byte 0",
            "the start of an IDX file of unsigned bytes, 00 00 08",
            "%02x %02x %02x".formatted(magic[0], magic[1], magic[2]));
      }
      int rank = magic[3];
      if (rank < 1 || rank > 4) {
        throw source.wrong("byte 3", "1 to 4 axes", String.valueOf(rank));
      }
      ByteBuffer header = ByteBuffer.wrap(source.read(4L * rank, "axis lengths"));
      int[] lengths = new int[rank];
      long size = 1;
      for (int i = 0; i < rank; i++) {
        lengths[i] = header.getInt();
        if (lengths[i] < 1) {
          throw source.wrong(
              "byte " + (4 + 4 * i), "an axis of length >= 1", String.valueOf(lengths[i]));
        }
        size *= lengths[i];
        if (size > Integer.MAX_VALUE) {
          throw source.wrong(
              "byte 4",
              "axes of fewer than 2^31 elements together",
              Arrays.toString(Arrays.copyOf(lengths, i + 1)));
        }
      }
      byte[] bytes = source.read(size, "data " + Arrays.toString(lengths));
      source.expectEnd();
      return new IdxArray(Shape.of(lengths), bytes);
    }
  }

  /**
   * Reads a pair of files as images in [0, 1] ({@link Scaling#UNIT}).
   *
   * @param name what reports call the set
   * @param images [N, H, W], or [N, H, W, C] with 1 or 3 channels last
   * @param labels [N], or [N, K] with the class in the first column
   * @param range the labels that may occur
   * @param transposed whether the file has columns for rows, as EMNIST does
   * @throws DataFormatException when a file is wrong or the two disagree
   */
  public static ImageSet images(
      String name, Path images, Path labels, ClassRange range, boolean transposed)
      throws IOException {
    IdxArray pixels = read(images);
    Shape shape = pixels.shape();
    int channels = shape.rank() == 4 ? shape.axis(3) : 1;
    if (shape.rank() < 3 || (channels != 1 && channels != 3)) {
      throw new DataFormatException(
          images,
          "byte 3",
          "images [N, H, W] or [N, H, W, 1 or 3]",
          shape.toString(),
          "check that the images' and the labels' file are not exchanged");
    }
    IdxArray classes = read(labels);
    if (classes.shape().rank() > 2 || classes.shape().axis(0) != shape.axis(0)) {
      throw new DataFormatException(
          labels,
          "byte 3",
          "labels [%d], one for each image of %s".formatted(shape.axis(0), images.getFileName()),
          classes.shape().toString(),
          "check that both files belong to the same part of the set");
    }
    int count = shape.axis(0);
    int columns = classes.shape().rank() == 2 ? classes.shape().axis(1) : 1;
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = range.classOf(classes.at(i * columns), labels, "record " + i);
    }
    int height = shape.axis(1);
    int width = shape.axis(2);
    byte[] planes = Planes.fromInterleaved(pixels.bytes(), count, height, width, channels);
    if (transposed) {
      planes = Planes.transpose(planes, count * channels, height, width);
      int swap = height;
      height = width;
      width = swap;
    }
    return new ImageSet(
        name, channels, height, width, range.classes(), planes, indices, Scaling.UNIT);
  }
}
