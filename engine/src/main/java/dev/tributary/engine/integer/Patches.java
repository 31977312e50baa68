package dev.tributary.engine.integer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Window;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The patches that a kernel meets on images with their channels last, as rows of a matrix: columns
 * are the kernel's rows, columns and channels, [height][width][channel]. What lies beside the image
 * is zero.
 *
 * @param samples the number of images
 * @param height rows of an image
 * @param width columns of an image
 * @param channels of an image
 * @param down patches of an image from top to bottom
 * @param across patches of an image from left to right
 * @param window the kernel, its stride and padding, over the image with its holes
 * @param holeHeight from one of the image's rows to the next, as the window sees it; 1 without
 *     holes
 * @param holeWidth likewise for columns
 */
public record Patches(
    int samples,
    int height,
    int width,
    int channels,
    int down,
    int across,
    Window window,
    int holeHeight,
    int holeWidth) {

  /** What a convolution meets on its way up. */
  public static Patches forward(int samples, Shape input, Window window) {
    return new Patches(
        samples,
        input.axis(1),
        input.axis(2),
        input.axis(0),
        window.outputHeight(input.axis(1)),
        window.outputWidth(input.axis(2)),
        window,
        1,
        1);
  }

  /**
   * What its transpose meets on the way down: the gradient of the output, spread by the stride,
   * under the kernel turned round. Products with these patches are sums over everything that an
   * element of the input went into.
   *
   * @param channels the convolution's output channels
   */
  public static Patches backward(int samples, Shape input, int channels, Window window) {
    return new Patches(
        samples,
        window.outputHeight(input.axis(1)),
        window.outputWidth(input.axis(2)),
        channels,
        input.axis(1),
        input.axis(2),
        new Window(
            window.height(),
            window.width(),
            1,
            1,
            window.height() - 1 - window.padHeight(),
            window.width() - 1 - window.padWidth()),
        window.strideHeight(),
        window.strideWidth());
  }

  /** Rows of the matrix. */
  public int rows() {
    return samples * down * across;
  }

  /** Columns of the matrix. */
  public int columns() {
    return window.height() * window.width() * channels;
  }

  /** The image's pixels, over all samples. */
  public int pixels() {
    return samples * height * width;
  }

  /** The structure {@code patches} of the C code, without the image's address. */
  MemorySegment describe() {
    return Arena.ofAuto().allocateFrom(JAVA_LONG, structure());
  }

  /** The fields of that structure, which is that of the CUDA code, too; 0 is the address. */
  long[] structure() {
    return new long[] {
      0,
      height,
      width,
      channels,
      down,
      across,
      window.height(),
      window.width(),
      window.strideHeight(),
      window.strideWidth(),
      window.padHeight(),
      window.padWidth(),
      holeHeight,
      holeWidth
    };
  }

  /** Writes all patches of these codes. */
  void write(MemorySegment image, MemorySegment to) {
    for (int row = 0; row < rows(); row++) {
      int sample = row / (down * across);
      int y = row / across % down * window.strideHeight() - window.padHeight();
      int x = row % across * window.strideWidth() - window.padWidth();
      for (int tap = 0; tap < window.height() * window.width(); tap++) {
        long at = (long) row * columns() + (long) tap * channels;
        int pixel = pixel(y + tap / window.width(), x + tap % window.width());
        if (pixel < 0) {
          to.asSlice(at, channels).fill((byte) 0);
        } else {
          long from = ((long) sample * height * width + pixel) * channels;
          MemorySegment.copy(image, JAVA_BYTE, from, to, JAVA_BYTE, at, channels);
        }
      }
    }
  }

  /** The pixel of an image at this place, or -1 beside it and in its holes. */
  private int pixel(int y, int x) {
    boolean there =
        y >= 0
            && x >= 0
            && y % holeHeight == 0
            && x % holeWidth == 0
            && y / holeHeight < height
            && x / holeWidth < width;
    return there ? y / holeHeight * width + x / holeWidth : -1;
  }
}
