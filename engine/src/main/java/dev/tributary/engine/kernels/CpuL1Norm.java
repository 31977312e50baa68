package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Float32 batch normalisation by the mean absolute deviation on the CPU, in {@link CpuBatchNorm}'s
 * chunks of channels: a chunk of the batch stays in a second-level cache over the three passes that
 * mean, deviation and output take. Sums are kept in double precision, in a fixed order.
 */
final class CpuL1Norm {
  private CpuL1Norm() {}

  static void forward(
      Tensor x,
      Tensor scale,
      Tensor shift,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor y) {
    int channels = x.shape().axis(1);
    int positions = x.shape().rowSize() / channels;
    int perChunk = CpuBatchNorm.perChunk(positions);
    int width = Math.max(positions, CpuBatchNorm.CHUNK);
    Scratch scratch = Scratch.get();
    float[] center = scratch.floats(1, width);
    float[] factor = scratch.floats(2, width);
    float[] offset = scratch.floats(3, width);
    float[] means = scratch.floats(4, channels);
    float[] spreads = scratch.floats(5, channels);
    float[] factors = scratch.floats(6, channels);
    float[] offsets = scratch.floats(7, channels);
    double[] sum = scratch.doubles(0, width);
    load(scale, 0, factors, channels);
    load(shift, 0, offsets, channels);
    double n = (double) x.shape().axis(0) * positions;
    for (int c = 0; c < channels; c += perChunk) {
      int count = Math.min(perChunk, channels - c);
      int length = count * positions;
      Arrays.fill(center, 0, length, 0);
      deviations(x, c * positions, length, center, false, sum);
      for (int k = 0; k < count; k++) {
        means[c + k] = (float) (CpuBatchNorm.fold(sum, k * positions, positions) / n);
      }
      CpuBatchNorm.expand(means, c, count, positions, center);
      deviations(x, c * positions, length, center, true, sum);
      for (int k = 0; k < count; k++) {
        double s = kappa * CpuBatchNorm.fold(sum, k * positions, positions) / n;
        spreads[c + k] = (float) s;
        factors[c + k] = (float) (factors[c + k] / (s + eps));
      }
      CpuBatchNorm.expand(factors, c, count, positions, factor);
      CpuBatchNorm.expand(offsets, c, count, positions, offset);
      apply(x, c * positions, length, y);
    }
    store(means, mean, 0, channels);
    store(spreads, spread, 0, channels);
  }

  /** The sums of {@code x - center} over the batch, or of its magnitude, at each position. */
  private static void deviations(
      Tensor x, int from, int length, float[] center, boolean magnitudes, double[] sum) {
    long row = x.shape().rowSize();
    float[] in = Scratch.get().floats(0, length);
    Arrays.fill(sum, 0, length, 0);
    for (int b = 0; b < x.shape().axis(0); b++) {
      load(x, b * row + from, in, length);
      if (magnitudes) {
        for (int i = 0; i < length; i++) {
          sum[i] += Math.abs(in[i] - center[i]);
        }
      } else {
        for (int i = 0; i < length; i++) {
          sum[i] += in[i];
        }
      }
    }
  }

  /** {@code y = (x - center) factor + offset}; what is not a tensor lies in the scratch memory. */
  private static void apply(Tensor x, int from, int length, Tensor y) {
    long row = x.shape().rowSize();
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, length);
    float[] center = scratch.floats(1, length);
    float[] factor = scratch.floats(2, length);
    float[] offset = scratch.floats(3, length);
    for (int b = 0; b < x.shape().axis(0); b++) {
      load(x, b * row + from, in, length);
      for (int i = 0; i < length; i++) {
        in[i] = (in[i] - center[i]) * factor[i] + offset[i];
      }
      store(in, y, b * row + from, length);
    }
  }

  static void backward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    int channels = x.shape().axis(1);
    int positions = x.shape().rowSize() / channels;
    int perChunk = CpuBatchNorm.perChunk(positions);
    int width = Math.max(positions, CpuBatchNorm.CHUNK);
    Scratch scratch = Scratch.get();
    float[] center = scratch.floats(2, width);
    float[] factor = scratch.floats(3, width);
    float[] level = scratch.floats(4, width);
    float[] slope = scratch.floats(5, width);
    float[] means = scratch.floats(6, channels);
    float[] spreads = scratch.floats(7, channels);
    float[] scales = scratch.floats(8, channels);
    float[] shifts = scratch.floats(9, channels);
    double[] sum = scratch.doubles(0, width);
    double[] product = scratch.doubles(1, width);
    load(mean, 0, means, channels);
    load(spread, 0, spreads, channels);
    load(scale, 0, scales, channels);
    double n = (double) x.shape().axis(0) * positions;
    for (int c = 0; c < channels; c += perChunk) {
      int count = Math.min(perChunk, channels - c);
      int length = count * positions;
      CpuBatchNorm.expand(means, c, count, positions, center);
      CpuBatchNorm.sums(x, dy, c * positions, length, center, sum, product);
      double[] signs = signs(x, c * positions, length, center);
      for (int k = 0; k < count; k++) {
        int from = k * positions;
        double inverse = 1 / (spreads[c + k] + eps);
        double total = CpuBatchNorm.fold(sum, from, positions);
        double moment = CpuBatchNorm.fold(product, from, positions) * inverse;
        double pull = kappa * moment / n;
        double down = (total - pull * CpuBatchNorm.fold(signs, from, positions)) / n;
        Arrays.fill(factor, from, from + positions, (float) (scales[c + k] * inverse));
        Arrays.fill(level, from, from + positions, (float) down);
        Arrays.fill(slope, from, from + positions, (float) pull);
        shifts[c + k] = (float) total;
        scales[c + k] = (float) moment;
      }
      down(x, dy, c * positions, length, dx);
    }
    store(scales, dscale, 0, channels);
    store(shifts, dshift, 0, channels);
  }

  /** The sums of the signs of {@code x - center} over the batch at each position. */
  private static double[] signs(Tensor x, int from, int length, float[] center) {
    long row = x.shape().rowSize();
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, length);
    double[] signs = scratch.doubles(2, length);
    Arrays.fill(signs, 0, length, 0);
    for (int b = 0; b < x.shape().axis(0); b++) {
      load(x, b * row + from, in, length);
      for (int i = 0; i < length; i++) {
        signs[i] += Math.signum(in[i] - center[i]);
      }
    }
    return signs;
  }

  /** {@code dx = factor (dy - level - slope sign(x - center))}, the rest as in {@link #apply}. */
  private static void down(Tensor x, Tensor dy, int from, int length, Tensor dx) {
    long row = x.shape().rowSize();
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, length);
    float[] up = scratch.floats(1, length);
    float[] center = scratch.floats(2, length);
    float[] factor = scratch.floats(3, length);
    float[] level = scratch.floats(4, length);
    float[] slope = scratch.floats(5, length);
    for (int b = 0; b < x.shape().axis(0); b++) {
      load(x, b * row + from, in, length);
      load(dy, b * row + from, up, length);
      for (int i = 0; i < length; i++) {
        up[i] = factor[i] * (up[i] - level[i] - slope[i] * Math.signum(in[i] - center[i]));
      }
      store(up, dx, b * row + from, length);
    }
  }
}
