package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Float32 group normalisation by the mean absolute deviation on the CPU, one group of one sample at
 * a time as in {@link CpuGroupNorm}; the statistics are taken again in the backward pass.
 */
final class CpuL1GroupNorm {
  private CpuL1GroupNorm() {}

  static void forward(
      Tensor x, int groups, Tensor scale, Tensor shift, double kappa, double eps, Tensor y) {
    int channels = x.shape().axis(1);
    int positions = x.shape().rowSize() / channels;
    int perGroup = channels / groups;
    int length = perGroup * positions;
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, length);
    float[] gamma = scratch.floats(1, channels);
    float[] beta = scratch.floats(2, channels);
    load(scale, 0, gamma, channels);
    load(shift, 0, beta, channels);
    for (int row = 0; row < x.shape().axis(0) * groups; row++) {
      load(x, (long) row * length, in, length);
      float mean = (float) CpuGroupNorm.mean(in, length);
      double inverse = 1 / (kappa * deviation(in, length, mean) + eps);
      CpuGroupNorm.normalize(in, positions, perGroup, row % groups, mean, inverse, gamma, beta);
      store(in, y, (long) row * length, length);
    }
  }

  static void backward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double kappa,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    int channels = x.shape().axis(1);
    int positions = x.shape().rowSize() / channels;
    int perGroup = channels / groups;
    int length = perGroup * positions;
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, length);
    float[] up = scratch.floats(1, length);
    float[] gamma = scratch.floats(2, channels);
    double[] scales = scratch.doubles(0, channels);
    double[] shifts = scratch.doubles(1, channels);
    load(scale, 0, gamma, channels);
    Arrays.fill(scales, 0, channels, 0);
    Arrays.fill(shifts, 0, channels, 0);
    for (int row = 0; row < x.shape().axis(0) * groups; row++) {
      load(x, (long) row * length, in, length);
      load(dy, (long) row * length, up, length);
      float mean = (float) CpuGroupNorm.mean(in, length);
      double inverse = 1 / (kappa * deviation(in, length, mean) + eps);
      int first = row % groups * perGroup;
      double total = 0;
      double moment = 0;
      double signs = 0;
      for (int k = 0; k < perGroup; k++) {
        double sum = 0;
        double product = 0;
        for (int i = k * positions; i < (k + 1) * positions; i++) {
          sum += up[i];
          product += (double) up[i] * (in[i] - mean);
          signs += Math.signum(in[i] - mean);
        }
        shifts[first + k] += sum;
        scales[first + k] += product * inverse;
        total += sum * gamma[first + k];
        moment += product * inverse * gamma[first + k];
      }
      double pull = kappa * moment / length;
      float slope = (float) (inverse * pull);
      float level = (float) (inverse * (total - pull * signs) / length);
      for (int k = 0; k < perGroup; k++) {
        float factor = (float) (gamma[first + k] * inverse);
        for (int i = k * positions; i < (k + 1) * positions; i++) {
          up[i] = factor * up[i] - level - slope * Math.signum(in[i] - mean);
        }
      }
      store(up, dx, (long) row * length, length);
    }
    CpuBatchNorm.storeRounded(scales, dscale, channels);
    CpuBatchNorm.storeRounded(shifts, dshift, channels);
  }

  /** The mean absolute deviation from {@code mean} by four interleaved sums. */
  private static double deviation(float[] values, int length, float mean) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < length - 3; i += 4) {
      a += Math.abs(values[i] - mean);
      b += Math.abs(values[i + 1] - mean);
      c += Math.abs(values[i + 2] - mean);
      d += Math.abs(values[i + 3] - mean);
    }
    for (; i < length; i++) {
      a += Math.abs(values[i] - mean);
    }
    return (a + b + (c + d)) / length;
  }
}
