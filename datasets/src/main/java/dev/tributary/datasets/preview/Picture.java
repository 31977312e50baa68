package dev.tributary.datasets.preview;

import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.glyph.Coverage;
import dev.tributary.engine.files.WholeFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** A picture in memory: pixels of 8 bits each for red, green and blue, rows from the top. */
public final class Picture {
  private final int height;
  private final int width;
  private final int[] pixels;

  /**
   * A picture of one color.
   *
   * @param height rows, &ge; 1
   * @param width columns, &ge; 1
   * @param color 0xRRGGBB
   */
  Picture(int height, int width, int color) {
    this.height = height;
    this.width = width;
    this.pixels = new int[Math.multiplyExact(height, width)];
    Arrays.fill(pixels, color);
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The color of a pixel, 0xRRGGBB. */
  public int color(int row, int column) {
    return pixels[row * width + column];
  }

  /** Fills a rectangle; what lies outside the picture is cut off. */
  void fill(int top, int left, int rows, int columns, int color) {
    for (int row = Math.max(0, top); row < Math.min(height, top + rows); row++) {
      int from = row * width + Math.max(0, left);
      int to = row * width + Math.min(width, left + columns);
      if (from < to) {
        Arrays.fill(pixels, from, to, color);
      }
    }
  }

  /** Fills a disk about a center given in pixels; its edge is smooth. */
  void disk(double centerY, double centerX, double radius, int color) {
    int top = (int) Math.floor(centerY - radius - 1);
    int left = (int) Math.floor(centerX - radius - 1);
    int side = (int) Math.ceil(2 * radius) + 3;
    for (int row = top; row < top + side; row++) {
      for (int column = left; column < left + side; column++) {
        double dx = column + 0.5 - centerX;
        double dy = row + 0.5 - centerY;
        blend(row, column, color, 0.5 + radius - Math.sqrt(dx * dx + dy * dy));
      }
    }
  }

  /** Lays an image of a set, enlarged, with its upper left corner at (top, left). */
  void paste(ImageSet images, int image, int top, int left, int zoom) {
    boolean colored = images.channels() >= 3;
    for (int y = 0; y < images.height(); y++) {
      for (int x = 0; x < images.width(); x++) {
        int color = 0;
        for (int c = 0; c < 3; c++) {
          color = color << 8 | (images.pixel(image, colored ? c : 0, y, x) & 0xFF);
        }
        fill(top + y * zoom, left + x * zoom, zoom, zoom, color);
      }
    }
  }

  /** Lays color where there is ink, the sheet's corner at (top, left). */
  void stamp(Coverage ink, int top, int left, int color) {
    for (int row = 0; row < ink.height(); row++) {
      for (int column = 0; column < ink.width(); column++) {
        blend(top + row, left + column, color, ink.at(row, column));
      }
    }
  }

  private void blend(int row, int column, int color, double opacity) {
    if (row < 0 || row >= height || column < 0 || column >= width || opacity <= 0) {
      return;
    }
    double part = Math.min(1, opacity);
    int under = pixels[row * width + column];
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int below = under >> shift & 0xFF;
      int above = color >> shift & 0xFF;
      mixed |= (int) (below + part * (above - below) + 0.5) << shift;
    }
    pixels[row * width + column] = mixed;
  }

  /**
   * Writes the picture as a PNG file, whole or not at all.
   *
   * @throws IOException when the directory is missing or cannot be written; an older file of that
   *     name is kept then
   */
  public void write(Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    if (whole.getFileName() == null || Files.isDirectory(whole)) {
      throw new IOException(file + " names a directory: give the name of a file for the picture");
    }
    byte[] png = png();
    WholeFile.write(whole, out -> out.write(png));
  }

  /** The bytes of a PNG file. */
  byte[] png() throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, pixels, 0, width);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("this Java runtime cannot write PNG: it lacks a part of java.desktop");
    }
    return bytes.toByteArray();
  }
}
