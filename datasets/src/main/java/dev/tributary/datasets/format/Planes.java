package dev.tributary.datasets.format;

/** Orders of pixels: files have channels last or swapped axes, {@code ImageSet} has planes. */
final class Planes {
  private Planes() {}

  /** From [count, height, width, channels] to [count, channels, height, width]. */
  static byte[] fromInterleaved(byte[] pixels, int count, int height, int width, int channels) {
    if (channels == 1) {
      return pixels;
    }
    int area = height * width;
    byte[] planes = new byte[pixels.length];
    for (int i = 0; i < count; i++) {
      int base = i * area * channels;
      for (int channel = 0; channel < channels; channel++) {
        int to = base + channel * area;
        int from = base + channel;
        for (int p = 0; p < area; p++) {
          planes[to + p] = pixels[from];
          from += channels;
        }
      }
    }
    return planes;
  }

  /** From [count, height, width] to [count, width, height]. */
  static byte[] transpose(byte[] pixels, int count, int height, int width) {
    byte[] turned = new byte[pixels.length];
    int area = height * width;
    for (int base = 0; base < count * area; base += area) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          turned[base + x * height + y] = pixels[base + y * width + x];
        }
      }
    }
    return turned;
  }
}
