package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;

import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a network's first convolution on the CPU, where nobody needs that of the input:
 * ND4J's operation would compute it all the same, and slowly for few input channels. Each sample is
 * unrolled into a matrix of patches and multiplied with the gradient from above.
 */
final class CpuConvolution {
  private CpuConvolution() {}

  static void weightGradients(
      Tensor x, Tensor dy, Window window, Tensor dw, @Nullable Tensor dbias) {
    int outputs = dw.shape().axis(0);
    int patch = dw.shape().rowSize();
    int positions = dy.shape().axis(2) * dy.shape().axis(3);
    MemorySegment patches = Scratch.get().outside((long) patch * positions);
    for (int b = 0; b < x.shape().axis(0); b++) {
      unroll(x, b, window, dy.shape().axis(2), dy.shape().axis(3), patches);
      long from = (long) b * outputs * positions * Float.BYTES;
      Blas.sgemm(
          false,
          true,
          outputs,
          patch,
          positions,
          dy.memory().asSlice(from),
          positions,
          patches,
          positions,
          b == 0 ? 0f : 1f,
          dw.memory(),
          patch);
    }
    if (dbias != null) {
      biasGradient(dy, positions, dbias);
    }
  }

  /** Row (channel, i, j) of the patches holds what kernel element (i, j) sees at each output. */
  private static void unroll(
      Tensor x, int sample, Window window, int rows, int columns, MemorySegment patches) {
    int channels = x.shape().axis(1);
    int height = x.shape().axis(2);
    int width = x.shape().axis(3);
    float[] plane = Scratch.get().floats(0, height * width);
    float[] line = Scratch.get().floats(1, rows * columns);
    long to = 0;
    for (int c = 0; c < channels; c++) {
      load(x, ((long) sample * channels + c) * height * width, plane, height * width);
      for (int i = 0; i < window.height(); i++) {
        for (int j = 0; j < window.width(); j++) {
          for (int r = 0; r < rows; r++) {
            int row = r * window.strideHeight() - window.padHeight() + i;
            if (row < 0 || row >= height) {
              Arrays.fill(line, r * columns, (r + 1) * columns, 0f);
            } else {
              unrollRow(plane, row * width, width, window, j, line, r * columns, columns);
            }
          }
          MemorySegment.copy(line, 0, patches, ValueLayout.JAVA_FLOAT, to, rows * columns);
          to += (long) rows * columns * Float.BYTES;
        }
      }
    }
  }

  private static void unrollRow(
      float[] plane, int from, int width, Window window, int j, float[] line, int at, int columns) {
    int shift = j - window.padWidth();
    int stride = window.strideWidth();
    int first = Math.clamp(Math.ceilDiv(-shift, stride), 0, columns);
    int end = Math.clamp(Math.ceilDiv(width - shift, stride), first, columns);
    Arrays.fill(line, at, at + first, 0f);
    Arrays.fill(line, at + end, at + columns, 0f);
    if (stride == 1) {
      System.arraycopy(plane, from + first + shift, line, at + first, end - first);
      return;
    }
    for (int c = first; c < end; c++) {
      line[at + c] = plane[from + c * stride + shift];
    }
  }

  private static void biasGradient(Tensor dy, int positions, Tensor dbias) {
    int channels = dbias.size();
    float[] up = Scratch.get().floats(0, positions);
    double[] sums = Scratch.get().doubles(0, positions);
    double[] totals = Scratch.get().doubles(1, channels);
    for (int c = 0; c < channels; c++) {
      Arrays.fill(sums, 0, positions, 0);
      for (int b = 0; b < dy.shape().axis(0); b++) {
        load(dy, ((long) b * channels + c) * positions, up, positions);
        for (int i = 0; i < positions; i++) {
          sums[i] += up[i];
        }
      }
      totals[c] = CpuBatchNorm.fold(sums, 0, positions);
    }
    CpuBatchNorm.storeRounded(totals, dbias, channels);
  }
}
