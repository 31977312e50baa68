package dev.tributary.datasets.format;

import dev.tributary.datasets.BilinearResize;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A decoded picture as three planes R, G, B of 8 bits; transparency is dropped.
 *
 * <p>Gray pictures are read from their samples: {@code getRGB} would take them for linear light and
 * brighten them.
 */
public final class RasterImage {
  /** More than any photograph of a data set; stops a file that claims to be gigantic. */
  private static final long MOST_PIXELS = 1 << 26;

  private final int height;
  private final int width;
  private final byte[] planes;

  private RasterImage(BufferedImage image) {
    this.height = image.getHeight();
    this.width = image.getWidth();
    this.planes = new byte[3 * height * width];
    boolean gray =
        image.getRaster().getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
    if (gray) {
      copyGray(image);
    } else {
      copyColor(image);
    }
  }

  /**
   * Decodes a file.
   *
   * @throws DataFormatException when it is no picture, a damaged or a gigantic one
   */
  public static RasterImage read(Path file) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw wrong(file, "something else", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MOST_PIXELS) {
          throw wrong(file, pixels + " pixels (at most " + MOST_PIXELS + " are read)", null);
        }
        return new RasterImage(reader.read(0));
      } catch (DataFormatException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        // The JDK's decoders throw unchecked exceptions on some damaged files.
        throw wrong(file, e.toString(), e);
      } finally {
        reader.dispose();
      }
    }
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /**
   * One sample, 0 to 255.
   *
   * @param channel 0 for red, 1 for green, 2 for blue
   * @param y row from the top, in [0, height)
   * @param x column from the left, in [0, width)
   */
  public int level(int channel, int y, int x) {
    return planes[(channel * height + y) * width + x] & 0xFF;
  }

  /** The planes at another size. */
  byte[] resized(int newHeight, int newWidth) {
    return newHeight == height && newWidth == width
        ? planes
        : new BilinearResize(height, width, newHeight, newWidth).planes(planes, 3);
  }

  private void copyGray(BufferedImage image) {
    Raster raster = image.getRaster();
    int most = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    int[] samples = raster.getSamples(0, 0, width, height, 0, (int[]) null);
    int area = height * width;
    for (int i = 0; i < area; i++) {
      byte value = (byte) ((samples[i] * 255L + most / 2) / most);
      planes[i] = value;
      planes[area + i] = value;
      planes[2 * area + i] = value;
    }
  }

  private void copyColor(BufferedImage image) {
    int[] colors = image.getRGB(0, 0, width, height, null, 0, width);
    int area = height * width;
    for (int i = 0; i < area; i++) {
      planes[i] = (byte) (colors[i] >> 16);
      planes[area + i] = (byte) (colors[i] >> 8);
      planes[2 * area + i] = (byte) colors[i];
    }
  }

  private static DataFormatException wrong(Path file, String found, @Nullable Exception cause) {
    DataFormatException exception =
        new DataFormatException(
            file,
            "whole file",
            "a PNG or JPEG picture, gray or RGB",
            found,
            "replace the file or move it out of the image folders");
    if (cause != null) {
      exception.initCause(cause);
    }
    return exception;
  }
}
