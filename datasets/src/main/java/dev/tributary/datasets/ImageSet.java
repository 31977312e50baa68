package dev.tributary.datasets;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.hash.Sha256;
import dev.tributary.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Labelled 8-bit images of one size in a fixed order, immutable and safe to read from several
 * threads.
 *
 * <p>Pixels are kept as bytes, planar per image ([channels, height, width], rows from the top), all
 * images in one array; an image becomes features only when it is read, by its {@link Scaling}. So a
 * set costs one byte a pixel, however many views of it training takes.
 */
public final class ImageSet implements Examples {
  private final String name;
  private final Shape shape;
  private final int classes;
  private final byte[] pixels;
  private final int[] labels;
  private final Scaling scaling;
  private final float[] features = new float[256];

  /**
   * A set of {@code labels.length} images; both arrays are copied.
   *
   * @param name what reports call the set, not blank
   * @param channels planes of an image, &ge; 1
   * @param height rows, &ge; 1
   * @param width columns, &ge; 1
   * @param classes number of classes, &ge; 1
   * @param pixels [images, channels, height, width], unsigned bytes
   * @param labels [images], each in [0, classes)
   * @param scaling how bytes become features
   * @throws IllegalArgumentException when the lengths disagree or a label is out of range
   */
  public ImageSet(
      String name,
      int channels,
      int height,
      int width,
      int classes,
      byte[] pixels,
      int[] labels,
      Scaling scaling) {
    this(name, Shape.of(channels, height, width), classes, pixels.clone(), labels.clone(), scaling);
    checkLabels();
  }

  private ImageSet(
      String name, Shape shape, int classes, byte[] pixels, int[] labels, Scaling scaling) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of an image set must not be blank");
    }
    if (shape.size() == 0) {
      throw new IllegalArgumentException(
          name + ": an image must have at least one pixel, got [channels, height, width] " + shape);
    }
    if (classes < 1) {
      throw new IllegalArgumentException(name + ": classes must be >= 1, got " + classes);
    }
    if ((long) labels.length * shape.size() != pixels.length) {
      throw new IllegalArgumentException(
          "%s: %d labels of images %s want %d pixels, got %d"
              .formatted(
                  name, labels.length, shape, (long) labels.length * shape.size(), pixels.length));
    }
    this.name = name;
    this.shape = shape;
    this.classes = classes;
    this.pixels = pixels;
    this.labels = labels;
    this.scaling = scaling;
    for (int pixel = 0; pixel < features.length; pixel++) {
      features[pixel] = scaling.feature(pixel);
    }
  }

  private void checkLabels() {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "%s: the label of image %d must be in [0, %d), got %d"
                .formatted(name, i, classes, labels[i]));
      }
    }
  }

  /** What reports call the set. */
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  /** The shape of one image: [channels, height, width]. */
  @Override
  public Shape shape() {
    return shape;
  }

  /** Planes of an image: 1 for gray, 3 for red, green, blue. */
  public int channels() {
    return shape.axis(0);
  }

  /** Rows of an image. */
  public int height() {
    return shape.axis(1);
  }

  /** Columns of an image. */
  public int width() {
    return shape.axis(2);
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  /** A copy of all labels, in order. */
  public int[] labels() {
    return labels.clone();
  }

  /** How bytes become features. */
  public Scaling scaling() {
    return scaling;
  }

  @Override
  public void read(int index, float[] target, int offset) {
    int length = shape.size();
    int from = index * length;
    for (int i = 0; i < length; i++) {
      target[offset + i] = features[pixels[from + i] & 0xFF];
    }
  }

  /**
   * One pixel as an unsigned byte ({@code & 0xFF} gives 0 to 255).
   *
   * @param image in [0, size)
   * @param channel in [0, channels)
   * @param y row from the top, in [0, height)
   * @param x column from the left, in [0, width)
   */
  public byte pixel(int image, int channel, int y, int x) {
    Objects.checkIndex(channel, channels());
    Objects.checkIndex(y, height());
    Objects.checkIndex(x, width());
    return pixels[((image * channels() + channel) * height() + y) * width() + x];
  }

  /** The number of images of each class, [classes]. */
  public int[] classCounts() {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * A new set of the images at these indices, in this order; an index may occur more than once.
   *
   * @throws IndexOutOfBoundsException when an index is not in [0, size)
   */
  public ImageSet select(int[] indices) {
    int length = shape.size();
    byte[] chosen = new byte[Math.multiplyExact(indices.length, length)];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      int index = Objects.checkIndex(indices[i], size());
      System.arraycopy(pixels, index * length, chosen, i * length, length);
      chosenLabels[i] = labels[index];
    }
    return new ImageSet(name, shape, classes, chosen, chosenLabels, scaling);
  }

  /**
   * This set's images followed by another's, under this set's name and scaling.
   *
   * @throws IllegalArgumentException when shapes or classes differ
   */
  public ImageSet append(ImageSet other) {
    if (!other.shape.equals(shape) || other.classes != classes) {
      throw new IllegalArgumentException("cannot append " + other + " to " + this);
    }
    byte[] both = Arrays.copyOf(pixels, Math.addExact(pixels.length, other.pixels.length));
    System.arraycopy(other.pixels, 0, both, pixels.length, other.pixels.length);
    int[] bothLabels = Arrays.copyOf(labels, labels.length + other.labels.length);
    System.arraycopy(other.labels, 0, bothLabels, labels.length, other.labels.length);
    return new ImageSet(name, shape, classes, both, bothLabels, scaling);
  }

  /**
   * The same images with three channels: a gray plane is repeated; a set of three channels is
   * returned as it is.
   *
   * @throws IllegalArgumentException when the set has neither one nor three channels
   */
  public ImageSet rgb() {
    if (channels() == 3) {
      return this;
    }
    if (channels() != 1) {
      throw new IllegalArgumentException(
          name + ": only images of 1 or 3 channels can become RGB, got " + channels());
    }
    int plane = shape.size();
    byte[] colored = new byte[Math.multiplyExact(pixels.length, 3)];
    for (int i = 0; i < size(); i++) {
      for (int channel = 0; channel < 3; channel++) {
        System.arraycopy(pixels, i * plane, colored, (3 * i + channel) * plane, plane);
      }
    }
    return new ImageSet(name, Shape.of(3, height(), width()), classes, colored, labels, scaling);
  }

  /**
   * The images resized by {@link BilinearResize}, aspect not kept; returned as they are when the
   * size is right already.
   *
   * @param newHeight rows, &ge; 1
   * @param newWidth columns, &ge; 1
   */
  public ImageSet resize(int newHeight, int newWidth) {
    if (newHeight == height() && newWidth == width()) {
      return this;
    }
    byte[] resized =
        new BilinearResize(height(), width(), newHeight, newWidth)
            .planes(pixels, size() * channels());
    return new ImageSet(
        name, Shape.of(channels(), newHeight, newWidth), classes, resized, labels, scaling);
  }

  /** The same pixels read as other features. */
  public ImageSet withScaling(Scaling other) {
    return new ImageSet(name, shape, classes, pixels, labels, other);
  }

  /** The same images under another name. */
  public ImageSet withName(String other) {
    return new ImageSet(other, shape, classes, pixels, labels, scaling);
  }

  /**
   * SHA-256, in lower-case hex, of all pixels in order followed by all labels as 32-bit
   * little-endian integers; shape, name and scaling are not part of it.
   */
  public String sha256() {
    ByteBuffer bytes =
        ByteBuffer.allocate(labels.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(labels);
    return new Sha256().add(pixels, pixels.length).add(bytes).hex();
  }

  /** For example {@code MNIST: 60000 images [1, 28, 28], 10 classes}. */
  @Override
  public String toString() {
    return "%s: %d images %s, %d classes".formatted(name, size(), shape, classes);
  }
}
