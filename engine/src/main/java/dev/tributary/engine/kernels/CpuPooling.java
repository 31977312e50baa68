package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.Arrays;

/** Float32 pooling on the CPU, one channel of one sample at a time. */
final class CpuPooling {
  private static final Window HALVING = Window.square(2, 2, 0);

  private CpuPooling() {}

  static void max(Tensor x, Window window, Tensor y) {
    if (window.equals(HALVING)) {
      CpuHalving.forward(x, y);
      return;
    }
    Planes in = Planes.of(x.shape());
    Planes out = Planes.of(y.shape());
    float[] source = Scratch.get().floats(0, in.size());
    float[] target = Scratch.get().floats(1, out.size());
    for (int p = 0; p < in.count; p++) {
      load(x, (long) p * in.size(), source, in.size());
      for (int i = 0; i < out.height; i++) {
        int top = Math.max(0, i * window.strideHeight() - window.padHeight());
        int bottom = in.bottom(i, window);
        for (int j = 0; j < out.width; j++) {
          int left = Math.max(0, j * window.strideWidth() - window.padWidth());
          int right = in.right(j, window);
          float best = Float.NEGATIVE_INFINITY;
          for (int r = top; r < bottom; r++) {
            for (int c = left; c < right; c++) {
              best = Math.max(best, source[r * in.width + c]);
            }
          }
          target[i * out.width + j] = best;
        }
      }
      store(target, y, (long) p * out.size(), out.size());
    }
  }

  static void maxBackward(Tensor x, Tensor dy, Window window, Tensor dx) {
    if (window.equals(HALVING)) {
      CpuHalving.backward(x, dy, dx);
      return;
    }
    Planes in = Planes.of(x.shape());
    Planes out = Planes.of(dy.shape());
    float[] source = Scratch.get().floats(0, in.size());
    float[] up = Scratch.get().floats(1, out.size());
    float[] down = Scratch.get().floats(2, in.size());
    for (int p = 0; p < in.count; p++) {
      load(x, (long) p * in.size(), source, in.size());
      load(dy, (long) p * out.size(), up, out.size());
      Arrays.fill(down, 0, in.size(), 0f);
      for (int i = 0; i < out.height; i++) {
        int top = Math.max(0, i * window.strideHeight() - window.padHeight());
        int bottom = in.bottom(i, window);
        for (int j = 0; j < out.width; j++) {
          int left = Math.max(0, j * window.strideWidth() - window.padWidth());
          int right = in.right(j, window);
          int at = top * in.width + left;
          for (int r = top; r < bottom; r++) {
            for (int c = left; c < right; c++) {
              at = source[r * in.width + c] > source[at] ? r * in.width + c : at;
            }
          }
          down[at] += up[i * out.width + j];
        }
      }
      store(down, dx, (long) p * in.size(), in.size());
    }
  }

  static void average(Tensor x, Window window, Tensor y) {
    Planes in = Planes.of(x.shape());
    Planes out = Planes.of(y.shape());
    float[] source = Scratch.get().floats(0, in.size());
    float[] target = Scratch.get().floats(1, out.size());
    float share = 1f / (window.height() * window.width());
    for (int p = 0; p < in.count; p++) {
      load(x, (long) p * in.size(), source, in.size());
      for (int i = 0; i < out.height; i++) {
        int top = Math.max(0, i * window.strideHeight() - window.padHeight());
        for (int j = 0; j < out.width; j++) {
          int left = Math.max(0, j * window.strideWidth() - window.padWidth());
          float sum = sum(source, in.width, top, in.bottom(i, window), left, in.right(j, window));
          target[i * out.width + j] = sum * share;
        }
      }
      store(target, y, (long) p * out.size(), out.size());
    }
  }

  static void averageBackward(Tensor dy, Window window, Tensor dx) {
    Planes in = Planes.of(dx.shape());
    Planes out = Planes.of(dy.shape());
    float[] up = Scratch.get().floats(0, out.size());
    float[] down = Scratch.get().floats(1, in.size());
    float share = 1f / (window.height() * window.width());
    for (int p = 0; p < in.count; p++) {
      load(dy, (long) p * out.size(), up, out.size());
      Arrays.fill(down, 0, in.size(), 0f);
      for (int i = 0; i < out.height; i++) {
        int top = Math.max(0, i * window.strideHeight() - window.padHeight());
        for (int j = 0; j < out.width; j++) {
          int left = Math.max(0, j * window.strideWidth() - window.padWidth());
          float value = up[i * out.width + j] * share;
          spread(value, down, in.width, top, in.bottom(i, window), left, in.right(j, window));
        }
      }
      store(down, dx, (long) p * in.size(), in.size());
    }
  }

  static void adaptive(Tensor x, Tensor y) {
    Planes in = Planes.of(x.shape());
    Planes out = Planes.of(y.shape());
    float[] source = Scratch.get().floats(0, in.size());
    float[] target = Scratch.get().floats(1, out.size());
    for (int p = 0; p < in.count; p++) {
      load(x, (long) p * in.size(), source, in.size());
      for (int i = 0; i < out.height; i++) {
        int top = cellStart(i, in.height, out.height);
        int bottom = cellEnd(i, in.height, out.height);
        for (int j = 0; j < out.width; j++) {
          int left = cellStart(j, in.width, out.width);
          int right = cellEnd(j, in.width, out.width);
          float sum = sum(source, in.width, top, bottom, left, right);
          target[i * out.width + j] = sum / ((bottom - top) * (right - left));
        }
      }
      store(target, y, (long) p * out.size(), out.size());
    }
  }

  static void adaptiveBackward(Tensor dy, Tensor dx) {
    Planes in = Planes.of(dx.shape());
    Planes out = Planes.of(dy.shape());
    float[] up = Scratch.get().floats(0, out.size());
    float[] down = Scratch.get().floats(1, in.size());
    for (int p = 0; p < in.count; p++) {
      load(dy, (long) p * out.size(), up, out.size());
      Arrays.fill(down, 0, in.size(), 0f);
      for (int i = 0; i < out.height; i++) {
        int top = cellStart(i, in.height, out.height);
        int bottom = cellEnd(i, in.height, out.height);
        for (int j = 0; j < out.width; j++) {
          int left = cellStart(j, in.width, out.width);
          int right = cellEnd(j, in.width, out.width);
          float value = up[i * out.width + j] / ((bottom - top) * (right - left));
          spread(value, down, in.width, top, bottom, left, right);
        }
      }
      store(down, dx, (long) p * in.size(), in.size());
    }
  }

  /** The first input index of cell {@code i}: floor(i * length / cells). */
  static int cellStart(int i, int length, int cells) {
    return (int) ((long) i * length / cells);
  }

  /** One past the last input index of cell {@code i}: ceil((i + 1) * length / cells). */
  static int cellEnd(int i, int length, int cells) {
    return (int) (((i + 1L) * length + cells - 1) / cells);
  }

  private static float sum(float[] plane, int width, int top, int bottom, int left, int right) {
    double sum = 0;
    for (int r = top; r < bottom; r++) {
      for (int c = left; c < right; c++) {
        sum += plane[r * width + c];
      }
    }
    return (float) sum;
  }

  private static void spread(
      float value, float[] plane, int width, int top, int bottom, int left, int right) {
    for (int r = top; r < bottom; r++) {
      for (int c = left; c < right; c++) {
        plane[r * width + c] += value;
      }
    }
  }

  /** The planes of an image tensor [batch, channels, height, width]. */
  private record Planes(int count, int height, int width) {
    static Planes of(Shape shape) {
      return new Planes(shape.axis(0) * shape.axis(1), shape.axis(2), shape.axis(3));
    }

    int size() {
      return height * width;
    }

    int bottom(int i, Window window) {
      return Math.min(height, i * window.strideHeight() - window.padHeight() + window.height());
    }

    int right(int j, Window window) {
      return Math.min(width, j * window.strideWidth() - window.padWidth() + window.width());
    }
  }
}
