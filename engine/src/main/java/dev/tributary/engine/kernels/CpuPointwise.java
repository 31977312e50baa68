package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.BLOCK;
import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/** Float32 loops over elements: activations, sums and products. */
final class CpuPointwise {
  private CpuPointwise() {}

  static void activation(ActivationKind kind, float gain, Tensor x, Tensor y) {
    float[] in = Scratch.get().floats(0, BLOCK);
    float[] out = Scratch.get().floats(1, BLOCK);
    for (int at = 0; at < x.size(); at += BLOCK) {
      int n = Math.min(BLOCK, x.size() - at);
      load(x, at, in, n);
      switch (kind) {
        case IDENTITY -> {
          for (int i = 0; i < n; i++) {
            out[i] = gain * in[i];
          }
        }
        case RELU -> {
          for (int i = 0; i < n; i++) {
            out[i] = gain * Math.max(in[i], 0f);
          }
        }
        case LEAKY_RELU -> {
          float leak = (float) ActivationKind.LEAK;
          for (int i = 0; i < n; i++) {
            out[i] = gain * Math.max(in[i], leak * in[i]);
          }
        }
        case ELU, GELU, SILU, TANH, SIGMOID -> {
          for (int i = 0; i < n; i++) {
            out[i] = gain * (float) Curves.value(kind, in[i]);
          }
        }
      }
      store(out, y, at, n);
    }
  }

  static void activationBackward(ActivationKind kind, float gain, Tensor x, Tensor dy, Tensor dx) {
    if (kind == ActivationKind.RELU) {
      reluBackward(gain, x, dy, dx);
      return;
    }
    float[] in = Scratch.get().floats(0, BLOCK);
    float[] up = Scratch.get().floats(1, BLOCK);
    float[] out = Scratch.get().floats(2, BLOCK);
    for (int at = 0; at < x.size(); at += BLOCK) {
      int n = Math.min(BLOCK, x.size() - at);
      load(x, at, in, n);
      load(dy, at, up, n);
      switch (kind) {
        case IDENTITY -> {
          for (int i = 0; i < n; i++) {
            out[i] = gain * up[i];
          }
        }
        case RELU -> throw new IllegalStateException("ReLU has a loop of its own");
        case LEAKY_RELU -> {
          float leak = (float) ActivationKind.LEAK;
          for (int i = 0; i < n; i++) {
            out[i] = in[i] > 0f ? gain * up[i] : gain * leak * up[i];
          }
        }
        case ELU, GELU, SILU, TANH, SIGMOID -> {
          for (int i = 0; i < n; i++) {
            out[i] = gain * up[i] * (float) Curves.slope(kind, in[i]);
          }
        }
      }
      store(out, dx, at, n);
    }
  }

  /**
   * On the bits: a positive float is a positive integer. Half of all branches on the sign would be
   * predicted wrongly, and loops with branches are not vectorised.
   */
  private static void reluBackward(float gain, Tensor x, Tensor dy, Tensor dx) {
    int[] in = Scratch.get().integers(0, BLOCK);
    int[] up = Scratch.get().integers(1, BLOCK);
    for (int at = 0; at < x.size(); at += BLOCK) {
      int n = Math.min(BLOCK, x.size() - at);
      Scratch.loadBits(x, at, in, n);
      Scratch.loadBits(dy, at, up, n);
      for (int i = 0; i < n; i++) {
        int positive = ~(in[i] >> 31) & (-in[i] >> 31);
        up[i] &= positive;
      }
      Scratch.storeBits(up, dx, at, n);
    }
    if (gain != 1f) {
      activation(ActivationKind.IDENTITY, gain, dx, dx);
    }
  }

  static void multiply(Tensor a, Tensor b, Tensor c) {
    float[] left = Scratch.get().floats(0, BLOCK);
    float[] right = Scratch.get().floats(1, BLOCK);
    for (int at = 0; at < a.size(); at += BLOCK) {
      int n = Math.min(BLOCK, a.size() - at);
      load(a, at, left, n);
      load(b, at, right, n);
      for (int i = 0; i < n; i++) {
        left[i] *= right[i];
      }
      store(left, c, at, n);
    }
  }

  static void add(Tensor a, Tensor b, Tensor c) {
    float[] left = Scratch.get().floats(0, BLOCK);
    float[] right = Scratch.get().floats(1, BLOCK);
    for (int at = 0; at < a.size(); at += BLOCK) {
      int n = Math.min(BLOCK, a.size() - at);
      load(a, at, left, n);
      load(b, at, right, n);
      for (int i = 0; i < n; i++) {
        left[i] += right[i];
      }
      store(left, c, at, n);
    }
  }

  static void scaleAdd(float a, Tensor x, float b, Tensor y) {
    float[] from = Scratch.get().floats(0, BLOCK);
    float[] into = Scratch.get().floats(1, BLOCK);
    for (int at = 0; at < x.size(); at += BLOCK) {
      int n = Math.min(BLOCK, x.size() - at);
      load(x, at, from, n);
      if (b == 0) {
        // Not 0 * y: a NaN that y holds from an earlier training would stay there for ever.
        Arrays.fill(into, 0, n, 0);
      } else {
        load(y, at, into, n);
      }
      for (int i = 0; i < n; i++) {
        into[i] = a * from[i] + b * into[i];
      }
      store(into, y, at, n);
    }
  }

  static void addBias(Tensor y, Tensor bias) {
    int columns = bias.size();
    float[] b = Scratch.get().floats(0, columns);
    float[] row = Scratch.get().floats(1, columns);
    load(bias, 0, b, columns);
    for (int at = 0; at < y.size(); at += columns) {
      load(y, at, row, columns);
      for (int i = 0; i < columns; i++) {
        row[i] += b[i];
      }
      store(row, y, at, columns);
    }
  }

  static void columnSums(Tensor x, Tensor sums) {
    int columns = sums.size();
    float[] row = Scratch.get().floats(0, columns);
    double[] total = Scratch.get().doubles(0, columns);
    Arrays.fill(total, 0, columns, 0);
    for (int at = 0; at < x.size(); at += columns) {
      load(x, at, row, columns);
      for (int i = 0; i < columns; i++) {
        total[i] += row[i];
      }
    }
    CpuBatchNorm.storeRounded(total, sums, columns);
  }
}
