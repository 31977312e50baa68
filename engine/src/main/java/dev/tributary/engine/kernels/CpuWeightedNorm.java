package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Float32 batch normalisation on the CPU where samples have weights, in {@link CpuBatchNorm}'s
 * chunks. The moments of each sample are taken first: they give the statistics, and later the
 * gradients of the weights, without another pass over the activations.
 */
final class CpuWeightedNorm {
  private CpuWeightedNorm() {}

  static void statistics(
      Tensor x, double[] weights, Tensor mean, Tensor var, double[] first, double[] second) {
    int batch = x.shape().axis(0);
    int channels = x.shape().axis(1);
    int positions = x.shape().rowSize() / channels;
    int perChunk = CpuBatchNorm.perChunk(positions);
    float[] pivots = Scratch.get().floats(1, channels);
    for (int b = 0; b < batch; b++) {
      for (int c = 0; c < channels; c += perChunk) {
        moments(x, positions, b, c, Math.min(perChunk, channels - c), pivots, first, second);
      }
    }
    float[] means = Scratch.get().floats(2, channels);
    float[] vars = Scratch.get().floats(3, channels);
    for (int c = 0; c < channels; c++) {
      double center = 0;
      for (int b = 0; b < batch; b++) {
        center += weights[b] * (pivots[c] + first[b * channels + c]);
      }
      means[c] = (float) center;
      // About the mean as it is stored, which is what x is compared with from here on.
      double offset = (double) means[c] - pivots[c];
      double spread = 0;
      for (int b = 0; b < batch; b++) {
        int at = b * channels + c;
        second[at] = Math.max(0, second[at] + offset * (offset - 2 * first[at]));
        first[at] -= offset;
        spread += weights[b] * second[at];
      }
      vars[c] = (float) spread;
    }
    store(means, mean, 0, channels);
    store(vars, var, 0, channels);
  }

  /**
   * The moments of {@code count} channels of sample b from channel c on about the first element of
   * each channel in the batch, so that a large mean costs no digits.
   */
  private static void moments(
      Tensor x,
      int positions,
      int b,
      int c,
      int count,
      float[] pivots,
      double[] first,
      double[] second) {
    int channels = x.shape().axis(1);
    float[] in = Scratch.get().floats(0, count * positions);
    load(x, ((long) b * channels + c) * positions, in, count * positions);
    for (int k = 0; k < count; k++) {
      int from = k * positions;
      if (b == 0) {
        pivots[c + k] = in[from];
      }
      moments(in, from, positions, pivots[c + k], b * channels + c + k, first, second);
    }
  }

  /** The means of {@code x - pivot} and of its square over one run, by four interleaved sums. */
  private static void moments(
      float[] in, int from, int count, double pivot, int at, double[] first, double[] second) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double aa = 0;
    double bb = 0;
    double cc = 0;
    double dd = 0;
    int end = from + count;
    int i = from;
    for (; i < end - 3; i += 4) {
      double p = in[i] - pivot;
      double q = in[i + 1] - pivot;
      double r = in[i + 2] - pivot;
      double s = in[i + 3] - pivot;
      a += p;
      b += q;
      c += r;
      d += s;
      aa += p * p;
      bb += q * q;
      cc += r * r;
      dd += s * s;
    }
    for (; i < end; i++) {
      double p = in[i] - pivot;
      a += p;
      aa += p * p;
    }
    first[at] = (a + b + (c + d)) / count;
    second[at] = (aa + bb + (cc + dd)) / count;
  }

  static void backward(
      Tensor x,
      Tensor dy,
      double[] weights,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      Tensor dmean,
      Tensor dvar,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    int batch = x.shape().axis(0);
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
    float[] vars = scratch.floats(7, channels);
    float[] factors = scratch.floats(8, channels);
    float[] scales = scratch.floats(9, channels);
    float[] shifts = scratch.floats(10, channels);
    double[] sum = scratch.doubles(0, width);
    double[] product = scratch.doubles(1, width);
    load(mean, 0, means, channels);
    load(var, 0, vars, channels);
    CpuBatchNorm.factors(scale, var, eps, channels, factors);
    float[] meanGradients = scratch.floats(11, 2 * channels);
    load(dmean, 0, meanGradients, 0, channels);
    load(dvar, 0, meanGradients, channels, channels);
    double rest = 1 - CpuBatchNorm.fold(weights, 0, batch);
    for (int c = 0; c < channels; c += perChunk) {
      int count = Math.min(perChunk, channels - c);
      int length = count * positions;
      CpuBatchNorm.expand(means, c, count, positions, center);
      CpuBatchNorm.expand(factors, c, count, positions, factor);
      CpuBatchNorm.sums(x, dy, c * positions, length, center, sum, product);
      for (int k = 0; k < count; k++) {
        int from = k * positions;
        int channel = c + k;
        double total = CpuBatchNorm.fold(sum, from, positions);
        double inverse = 1 / Math.sqrt(vars[channel] + eps);
        double moment = CpuBatchNorm.fold(product, from, positions) * inverse;
        double ofVar = meanGradients[channels + channel] - factors[channel] * inverse * moment / 2;
        double ofMean =
            meanGradients[channel] - factors[channel] * total - 2 * rest * means[channel] * ofVar;
        shifts[channel] = (float) total;
        scales[channel] = (float) moment;
        meanGradients[channel] = (float) ofMean;
        meanGradients[channels + channel] = (float) ofVar;
        Arrays.fill(level, from, from + positions, (float) (ofMean / positions));
        Arrays.fill(slope, from, from + positions, (float) (2 * ofVar / positions));
      }
      down(x, dy, weights, c * positions, length, dx);
    }
    store(scales, dscale, 0, channels);
    store(shifts, dshift, 0, channels);
    store(meanGradients, 0, dmean, 0, channels);
    store(meanGradients, channels, dvar, 0, channels);
  }

  /**
   * {@code dx = factor dy + weight (level + slope (x - center))} for {@code length} positions of a
   * sample from {@code from} on; what is not of a tensor lies in the scratch memory.
   */
  private static void down(Tensor x, Tensor dy, double[] weights, int from, int length, Tensor dx) {
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
      float weight = (float) weights[b];
      for (int i = 0; i < length; i++) {
        up[i] = factor[i] * up[i] + weight * (level[i] + slope[i] * (in[i] - center[i]));
      }
      store(up, dx, b * row + from, length);
    }
  }
}
