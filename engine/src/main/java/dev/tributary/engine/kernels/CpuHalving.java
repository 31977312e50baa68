package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Maximum pooling 2x2 with stride 2, the one that most models use, without branches: which of four
 * numbers is the largest cannot be predicted.
 */
final class CpuHalving {
  private CpuHalving() {}

  static void forward(Tensor x, Tensor y) {
    int width = x.shape().axis(3);
    int height = x.shape().axis(2);
    int columns = y.shape().axis(3);
    int rows = y.shape().axis(2);
    float[] in = Scratch.get().floats(0, height * width);
    float[] tall = Scratch.get().floats(1, width);
    float[] out = Scratch.get().floats(2, rows * columns);
    for (int p = 0; p < x.shape().axis(0) * x.shape().axis(1); p++) {
      load(x, (long) p * height * width, in, height * width);
      for (int i = 0; i < rows; i++) {
        int top = 2 * i * width;
        for (int c = 0; c < width; c++) {
          tall[c] = Math.max(in[top + c], in[top + width + c]);
        }
        for (int j = 0; j < columns; j++) {
          out[i * columns + j] = Math.max(tall[2 * j], tall[2 * j + 1]);
        }
      }
      store(out, y, (long) p * rows * columns, rows * columns);
    }
  }

  static void backward(Tensor x, Tensor dy, Tensor dx) {
    int width = x.shape().axis(3);
    int height = x.shape().axis(2);
    int columns = dy.shape().axis(3);
    int rows = dy.shape().axis(2);
    int[] in = Scratch.get().integers(0, height * width);
    float[] up = Scratch.get().floats(0, rows * columns);
    float[] down = Scratch.get().floats(1, height * width);
    for (int p = 0; p < x.shape().axis(0) * x.shape().axis(1); p++) {
      Scratch.loadBits(x, (long) p * height * width, in, height * width);
      load(dy, (long) p * rows * columns, up, rows * columns);
      Arrays.fill(down, 0, height * width, 0f);
      for (int c = 0; c < height * width; c++) {
        in[c] = ordered(in[c]);
      }
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int at = 2 * i * width + 2 * j;
          // The place in the two lowest bits, counted down: the first of equals wins.
          long first = Math.max(((long) in[at] << 2) | 3, ((long) in[at + 1] << 2) | 2);
          long second = Math.max(((long) in[at + width] << 2) | 1, (long) in[at + width + 1] << 2);
          int place = 3 - (int) (Math.max(first, second) & 3);
          down[at + (place >> 1) * width + (place & 1)] = up[i * columns + j];
        }
      }
      store(down, dx, (long) p * height * width, height * width);
    }
  }

  /** An integer that orders as the float with these bits, both zeros equal. */
  private static int ordered(int bits) {
    int sign = bits >> 31;
    return (bits ^ (sign & 0x7fffffff)) - sign;
  }
}
