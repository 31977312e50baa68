package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Float32 batch normalisation on the CPU.
 *
 * <p>Channels are handled in chunks that fit a first-level cache. Within a chunk every position
 * sums over the batch in double precision, then the positions of a channel are summed in order: a
 * fixed order, whatever the machine. Deviations are taken from the channel's first element, so a
 * large mean costs no digits of the variance.
 */
final class CpuBatchNorm {
  static final int CHUNK = 1024;

  private CpuBatchNorm() {}

  /** The [batch, channel, position] structure of a tensor, cut into chunks of whole channels. */
  private record Plan(int batch, int channels, int positions, int perChunk) {
    static Plan of(Tensor x) {
      int batch = x.shape().axis(0);
      int channels = x.shape().axis(1);
      int positions = x.shape().rowSize() / channels;
      return new Plan(batch, channels, positions, CpuBatchNorm.perChunk(positions));
    }

    long offset(int sample, int channel) {
      return ((long) sample * channels + channel) * positions;
    }

    int count(int first) {
      return Math.min(perChunk, channels - first);
    }
  }

  /** How many channels of so many positions make a chunk. */
  static int perChunk(int positions) {
    return Math.max(1, CHUNK / positions);
  }

  static void forward(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    statistics(x, mean, var);
    inference(x, scale, shift, eps, mean, var, y);
  }

  static void statistics(Tensor x, Tensor mean, Tensor var) {
    Plan plan = Plan.of(x);
    int width = Math.max(plan.positions, CHUNK);
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, width);
    float[] pivot = scratch.floats(1, width);
    double[] sum = scratch.doubles(0, width);
    double[] squares = scratch.doubles(1, width);
    float[] means = scratch.floats(2, plan.channels);
    float[] vars = scratch.floats(3, plan.channels);
    double n = (double) plan.batch * plan.positions;
    for (int c = 0; c < plan.channels; c += plan.perChunk) {
      int length = plan.count(c) * plan.positions;
      Arrays.fill(sum, 0, length, 0);
      Arrays.fill(squares, 0, length, 0);
      for (int b = 0; b < plan.batch; b++) {
        load(x, plan.offset(b, c), in, length);
        if (b == 0) {
          spread(in, plan.positions, length, pivot);
        }
        for (int i = 0; i < length; i++) {
          double d = (double) in[i] - pivot[i];
          sum[i] += d;
          squares[i] += d * d;
        }
      }
      for (int k = 0; k < plan.count(c); k++) {
        double total = fold(sum, k * plan.positions, plan.positions);
        double square = fold(squares, k * plan.positions, plan.positions);
        double offset = total / n;
        means[c + k] = (float) (pivot[k * plan.positions] + offset);
        vars[c + k] = (float) Math.max(0, square / n - offset * offset);
      }
    }
    store(means, mean, 0, plan.channels);
    store(vars, var, 0, plan.channels);
  }

  static void inference(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    Plan plan = Plan.of(x);
    int width = Math.max(plan.positions, CHUNK);
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, width);
    float[] center = scratch.floats(1, width);
    float[] factor = scratch.floats(2, width);
    float[] offset = scratch.floats(3, width);
    float[] means = scratch.floats(4, plan.channels);
    float[] factors = scratch.floats(5, plan.channels);
    float[] offsets = scratch.floats(6, plan.channels);
    load(mean, 0, means, plan.channels);
    load(shift, 0, offsets, plan.channels);
    factors(scale, var, eps, plan.channels, factors);
    for (int c = 0; c < plan.channels; c += plan.perChunk) {
      int length = plan.count(c) * plan.positions;
      expand(means, c, plan.count(c), plan.positions, center);
      expand(factors, c, plan.count(c), plan.positions, factor);
      expand(offsets, c, plan.count(c), plan.positions, offset);
      for (int b = 0; b < plan.batch; b++) {
        load(x, plan.offset(b, c), in, length);
        for (int i = 0; i < length; i++) {
          in[i] = (in[i] - center[i]) * factor[i] + offset[i];
        }
        store(in, y, plan.offset(b, c), length);
      }
    }
  }

  static void backward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      BatchShare share,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    Plan plan = Plan.of(x);
    int width = Math.max(plan.positions, CHUNK);
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, width);
    float[] up = scratch.floats(1, width);
    float[] center = scratch.floats(2, width);
    float[] factor = scratch.floats(3, width);
    float[] level = scratch.floats(4, width);
    float[] slope = scratch.floats(5, width);
    float[] means = scratch.floats(6, plan.channels);
    float[] factors = scratch.floats(7, plan.channels);
    float[] vars = scratch.floats(8, plan.channels);
    float[] scales = scratch.floats(9, plan.channels);
    float[] shifts = scratch.floats(10, plan.channels);
    float[] batchMeans = scratch.floats(12, plan.channels);
    float[] drifts = scratch.floats(13, plan.channels);
    double[] sum = scratch.doubles(0, width);
    double[] product = scratch.doubles(1, width);
    load(mean, 0, means, plan.channels);
    load(var, 0, vars, plan.channels);
    load(share.batchMean(), 0, batchMeans, plan.channels);
    loadOrZeros(share.varByMean(), drifts, plan.channels);
    factors(scale, var, eps, plan.channels, factors);
    double n = (double) plan.batch * plan.positions;
    for (int c = 0; c < plan.channels; c += plan.perChunk) {
      int length = plan.count(c) * plan.positions;
      expand(means, c, plan.count(c), plan.positions, center);
      expand(factors, c, plan.count(c), plan.positions, factor);
      sums(x, dy, c * plan.positions, length, center, sum, product);
      for (int k = 0; k < plan.count(c); k++) {
        int from = k * plan.positions;
        double total = fold(sum, from, plan.positions);
        double moment = fold(product, from, plan.positions);
        double inverse = 1 / Math.sqrt(vars[c + k] + eps);
        shifts[c + k] = (float) total;
        scales[c + k] = (float) (moment * inverse);
        double drift = moment * inverse * inverse * drifts[c + k] / 2;
        float down = (float) ((share.meanByMean() * total + drift) / n);
        Arrays.fill(level, from, from + plan.positions, down);
        float across = (float) (share.varByVar() * moment * inverse * inverse / n);
        Arrays.fill(slope, from, from + plan.positions, across);
      }
      expand(batchMeans, c, plan.count(c), plan.positions, center);
      for (int b = 0; b < plan.batch; b++) {
        load(x, plan.offset(b, c), in, length);
        load(dy, plan.offset(b, c), up, length);
        for (int i = 0; i < length; i++) {
          up[i] = factor[i] * (up[i] - level[i] - (in[i] - center[i]) * slope[i]);
        }
        store(up, dx, plan.offset(b, c), length);
      }
    }
    store(scales, dscale, 0, plan.channels);
    store(shifts, dshift, 0, plan.channels);
  }

  /**
   * The sums of dy and of dy (x - center) over the batch, for each of {@code length} positions of a
   * sample from {@code from} on.
   */
  static void sums(
      Tensor x, Tensor dy, int from, int length, float[] center, double[] sum, double[] product) {
    long row = x.shape().rowSize();
    Scratch scratch = Scratch.get();
    float[] in = scratch.floats(0, length);
    float[] up = scratch.floats(1, length);
    Arrays.fill(sum, 0, length, 0);
    Arrays.fill(product, 0, length, 0);
    for (int b = 0; b < x.shape().axis(0); b++) {
      load(x, b * row + from, in, length);
      load(dy, b * row + from, up, length);
      for (int i = 0; i < length; i++) {
        sum[i] += up[i];
        product[i] += (double) up[i] * (in[i] - center[i]);
      }
    }
  }

  private static void loadOrZeros(@Nullable Tensor values, float[] into, int count) {
    if (values == null) {
      Arrays.fill(into, 0, count, 0);
    } else {
      load(values, 0, into, count);
    }
  }

  /** scale / sqrt(var + eps) per channel. */
  static void factors(Tensor scale, Tensor var, double eps, int channels, float[] into) {
    float[] spread = Scratch.get().floats(11, channels);
    load(var, 0, spread, channels);
    load(scale, 0, into, channels);
    for (int c = 0; c < channels; c++) {
      into[c] = (float) (into[c] / Math.sqrt(spread[c] + eps));
    }
  }

  /** Repeats each of {@code count} values from {@code first} on so many times. */
  static void expand(float[] values, int first, int count, int times, float[] into) {
    for (int k = 0; k < count; k++) {
      Arrays.fill(into, k * times, (k + 1) * times, values[first + k]);
    }
  }

  /** Repeats the first element of each run of {@code positions} over the run. */
  private static void spread(float[] values, int positions, int length, float[] into) {
    for (int from = 0; from < length; from += positions) {
      Arrays.fill(into, from, from + positions, values[from]);
    }
  }

  /** Stores doubles as floats. */
  static void storeRounded(double[] values, Tensor into, int count) {
    float[] rounded = Scratch.get().floats(11, count);
    for (int i = 0; i < count; i++) {
      rounded[i] = (float) values[i];
    }
    store(rounded, into, 0, count);
  }

  /** The sum of {@code count} values in order. */
  static double fold(double[] values, int from, int count) {
    double total = 0;
    for (int i = from; i < from + count; i++) {
      total += values[i];
    }
    return total;
  }
}
