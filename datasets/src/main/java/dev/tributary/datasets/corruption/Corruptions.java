package dev.tributary.datasets.corruption;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Applies corruptions to image sets; safe for use by several threads.
 *
 * <p>What an image becomes depends on its pixels, on the seeds and on the image's index, corruption
 * and severity, and on nothing else: not on the other images, nor on their order.
 */
public final class Corruptions {
  private final FrostPictures frost;

  private Corruptions(FrostPictures frost) {
    this.frost = frost;
  }

  /**
   * With the photographs of frost from the data set {@code corruption_frost} where they are in the
   * data directory, else with drawn ones.
   *
   * @throws dev.tributary.datasets.format.DataFormatException when one of them is damaged
   */
  public static Corruptions from(DataDirectory data) throws IOException {
    return new Corruptions(FrostPictures.from(data));
  }

  /** With drawn frost, whatever the data directory has: the same on every machine. */
  public static Corruptions builtIn() {
    return new Corruptions(FrostPictures.drawn());
  }

  /** What a reader of numbers made with these corruptions must know; may be empty. */
  public List<String> notes() {
    return frost.notes();
  }

  /**
   * All images of a set, corrupted; labels, order, classes and scaling stay, the name says what was
   * done.
   *
   * @param images of one or three channels, of any size
   * @param corruption what is done
   * @param severity how strongly, in [1, 5]
   * @param seeds decides what is random
   * @throws IllegalArgumentException when the severity or the number of channels is out of range
   */
  public ImageSet apply(ImageSet images, Corruption corruption, int severity, Seeds seeds) {
    return apply(images, IntStream.range(0, images.size()).toArray(), corruption, severity, seeds);
  }

  /**
   * The images at these indices, corrupted: the same as {@link #apply(ImageSet, Corruption, int,
   * Seeds)} and then {@link ImageSet#select}, without the work for the others.
   *
   * @param images of one or three channels, of any size
   * @param indices which of them, in the order of the result
   * @param corruption what is done
   * @param severity how strongly, in [1, 5]
   * @param seeds decides what is random
   * @throws IllegalArgumentException when the severity or the number of channels is out of range
   * @throws IndexOutOfBoundsException when an index is not in [0, size)
   */
  public ImageSet apply(
      ImageSet images, int[] indices, Corruption corruption, int severity, Seeds seeds) {
    if (severity < 1 || severity > Corruption.SEVERITIES) {
      throw new IllegalArgumentException(
          "the severity of %s must be in [1, %d], got %d"
              .formatted(corruption.id(), Corruption.SEVERITIES, severity));
    }
    if (images.channels() != 1 && images.channels() != 3) {
      throw new IllegalArgumentException(
          "%s: only images of 1 or 3 channels can be corrupted, got %d"
              .formatted(images.name(), images.channels()));
    }
    Operation operation = corruption.at(severity, frost);
    Seeds here = seeds.child("corruption").child(corruption.id(), severity);
    int length = images.shape().size();
    byte[] pixels = new byte[Math.multiplyExact(indices.length, length)];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      int index = Objects.checkIndex(indices[i], images.size());
      RandomStream random = here.child("image", index).stream();
      operation.apply(Image.of(images, index), random).writeTo(pixels, i * length);
      labels[i] = images.label(index);
    }
    return new ImageSet(
        "%s (%s %d)".formatted(images.name(), corruption.id(), severity),
        images.channels(),
        images.height(),
        images.width(),
        images.classes(),
        pixels,
        labels,
        images.scaling());
  }
}
