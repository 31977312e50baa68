package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Float32 group normalisation on the CPU, one group of one sample at a time, sums in double
 * precision in a fixed order. The statistics are taken again in the backward pass: that reads the
 * group once more and saves a place to keep them.
 */
final class CpuGroupNorm {
  private CpuGroupNorm() {}

  static void forward(Tensor x, int groups, Tensor scale, Tensor shift, double eps, Tensor y) {
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
      float mean = (float) mean(in, length);
      double inverse = 1 / Math.sqrt(variance(in, length, mean) + eps);
      normalize(in, positions, perGroup, row % groups, mean, inverse, gamma, beta);
      store(in, y, (long) row * length, length);
    }
  }

  static void backward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
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
      float mean = (float) mean(in, length);
      double inverse = 1 / Math.sqrt(variance(in, length, mean) + eps);
      int first = row % groups * perGroup;
      double total = 0;
      double moment = 0;
      for (int k = 0; k < perGroup; k++) {
        double sum = 0;
        double product = 0;
        for (int i = k * positions; i < (k + 1) * positions; i++) {
          sum += up[i];
          product += (double) up[i] * (in[i] - mean);
        }
        shifts[first + k] += sum;
        scales[first + k] += product * inverse;
        total += sum * gamma[first + k];
        moment += product * gamma[first + k];
      }
      float level = (float) (inverse * total / length);
      float slope = (float) (inverse * inverse * inverse * moment / length);
      for (int k = 0; k < perGroup; k++) {
        float factor = (float) (gamma[first + k] * inverse);
        for (int i = k * positions; i < (k + 1) * positions; i++) {
          up[i] = factor * up[i] - level - (in[i] - mean) * slope;
        }
      }
      store(up, dx, (long) row * length, length);
    }
    CpuBatchNorm.storeRounded(scales, dscale, channels);
    CpuBatchNorm.storeRounded(shifts, dshift, channels);
  }

  /**
   * Centres and scales the values of one group in place.
   *
   * @param group its number in the sample
   * @param inverse of the spread
   */
  static void normalize(
      float[] in,
      int positions,
      int perGroup,
      int group,
      float mean,
      double inverse,
      float[] gamma,
      float[] beta) {
    int first = group * perGroup;
    for (int k = 0; k < perGroup; k++) {
      float factor = (float) (gamma[first + k] * inverse);
      float offset = beta[first + k];
      for (int i = k * positions; i < (k + 1) * positions; i++) {
        in[i] = (in[i] - mean) * factor + offset;
      }
    }
  }

  /** The mean by four interleaved sums. */
  static double mean(float[] values, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < length - 3; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (; i < length; i++) {
      a += values[i];
    }
    return (a + b + (c + d)) / length;
  }

  /** The mean squared deviation from {@code mean} by four interleaved sums. */
  private static double variance(float[] values, int length, float mean) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < length - 3; i += 4) {
      double p = (double) values[i] - mean;
      double q = (double) values[i + 1] - mean;
      double r = (double) values[i + 2] - mean;
      double s = (double) values[i + 3] - mean;
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; i < length; i++) {
      double p = (double) values[i] - mean;
      a += p * p;
    }
    return (a + b + (c + d)) / length;
  }
}
