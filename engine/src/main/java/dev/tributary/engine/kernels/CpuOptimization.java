package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.BLOCK;
import static dev.tributary.engine.kernels.Scratch.load;
import static dev.tributary.engine.kernels.Scratch.store;

import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Float32 passes over flat vectors of weights and gradients. */
final class CpuOptimization {
  private CpuOptimization() {}

  static void sgd(
      Tensor w,
      Tensor g,
      @Nullable Tensor velocity,
      float lr,
      float momentum,
      boolean nesterov,
      float decay) {
    float[] weight = Scratch.get().floats(0, BLOCK);
    float[] step = Scratch.get().floats(1, BLOCK);
    float[] speed = Scratch.get().floats(2, BLOCK);
    for (int at = 0; at < w.size(); at += BLOCK) {
      int n = Math.min(BLOCK, w.size() - at);
      load(w, at, weight, n);
      load(g, at, step, n);
      if (decay != 0) {
        for (int i = 0; i < n; i++) {
          step[i] += decay * weight[i];
        }
      }
      if (velocity != null) {
        load(velocity, at, speed, n);
        for (int i = 0; i < n; i++) {
          speed[i] = momentum * speed[i] + step[i];
        }
        store(speed, velocity, at, n);
        if (nesterov) {
          for (int i = 0; i < n; i++) {
            step[i] += momentum * speed[i];
          }
        } else {
          System.arraycopy(speed, 0, step, 0, n);
        }
      }
      for (int i = 0; i < n; i++) {
        weight[i] -= lr * step[i];
      }
      store(weight, w, at, n);
    }
  }

  static void adam(Tensor w, Tensor g, Tensor m, Tensor v, AdamRule rule, double lr, int step) {
    float beta1 = (float) rule.beta1();
    float beta2 = (float) rule.beta2();
    // Rounded once: 1 - 0.999f is off by 1e-5 of itself.
    float fresh1 = (float) (1 - rule.beta1());
    float fresh2 = (float) (1 - rule.beta2());
    float rate = (float) (lr / (1 - StrictMath.pow(rule.beta1(), step)));
    float correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(rule.beta2(), step)));
    float eps = (float) rule.eps();
    float shrink = rule.decoupled() ? (float) (lr * rule.decay()) : 0;
    float decay = rule.decoupled() ? 0 : (float) rule.decay();
    float[] weight = Scratch.get().floats(0, BLOCK);
    float[] gradient = Scratch.get().floats(1, BLOCK);
    float[] first = Scratch.get().floats(2, BLOCK);
    float[] second = Scratch.get().floats(3, BLOCK);
    for (int at = 0; at < w.size(); at += BLOCK) {
      int n = Math.min(BLOCK, w.size() - at);
      load(w, at, weight, n);
      load(g, at, gradient, n);
      load(m, at, first, n);
      load(v, at, second, n);
      for (int i = 0; i < n; i++) {
        float d = gradient[i] + decay * weight[i];
        first[i] = beta1 * first[i] + fresh1 * d;
        second[i] = beta2 * second[i] + fresh2 * d * d;
        float spread = (float) Math.sqrt(second[i]) * correction + eps;
        weight[i] = weight[i] - shrink * weight[i] - rate * first[i] / spread;
      }
      store(weight, w, at, n);
      store(first, m, at, n);
      store(second, v, at, n);
    }
  }

  static void clipRows(Tensor g, Tensor w, double lambda, double eps) {
    boolean vector = g.shape().rank() < 2;
    int rows = vector ? 1 : g.shape().axis(0);
    int length = g.size() / rows;
    for (int row = 0; row < rows; row++) {
      long from = (long) row * length;
      double bound = lambda * Math.max(norm(w, from, length), eps);
      double norm = norm(g, from, length);
      if (norm > bound) {
        scale(g, from, length, (float) (bound / Math.max(norm, 1e-6)));
      }
    }
  }

  static void addProximal(float mu, Tensor w, Tensor start, Tensor g) {
    float[] weight = Scratch.get().floats(0, BLOCK);
    float[] origin = Scratch.get().floats(1, BLOCK);
    float[] gradient = Scratch.get().floats(2, BLOCK);
    for (int at = 0; at < w.size(); at += BLOCK) {
      int n = Math.min(BLOCK, w.size() - at);
      load(w, at, weight, n);
      load(start, at, origin, n);
      load(g, at, gradient, n);
      for (int i = 0; i < n; i++) {
        gradient[i] += mu * (weight[i] - origin[i]);
      }
      store(gradient, g, at, n);
    }
  }

  static double distance(Tensor a, Tensor b) {
    float[] left = Scratch.get().floats(0, BLOCK);
    float[] right = Scratch.get().floats(1, BLOCK);
    double[] lanes = Scratch.get().doubles(0, BLOCK);
    double sum = 0;
    for (int at = 0; at < a.size(); at += BLOCK) {
      int n = Math.min(BLOCK, a.size() - at);
      load(a, at, left, n);
      load(b, at, right, n);
      for (int i = 0; i < n; i++) {
        double d = (double) left[i] - right[i];
        lanes[i] = d * d;
      }
      sum += total(lanes, n);
    }
    return Math.sqrt(sum);
  }

  static double norm(Tensor t, long from, int length) {
    float[] values = Scratch.get().floats(0, BLOCK);
    double[] lanes = Scratch.get().doubles(0, BLOCK);
    double sum = 0;
    for (int at = 0; at < length; at += BLOCK) {
      int n = Math.min(BLOCK, length - at);
      load(t, from + at, values, n);
      for (int i = 0; i < n; i++) {
        lanes[i] = (double) values[i] * values[i];
      }
      sum += total(lanes, n);
    }
    return Math.sqrt(sum);
  }

  /** The sum of the first {@code n} by four interleaved sums. */
  private static double total(double[] values, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (; i < n; i++) {
      a += values[i];
    }
    return a + b + (c + d);
  }

  static void scale(Tensor t, long from, int length, float factor) {
    float[] values = Scratch.get().floats(0, BLOCK);
    for (int at = 0; at < length; at += BLOCK) {
      int n = Math.min(BLOCK, length - at);
      load(t, from + at, values, n);
      for (int i = 0; i < n; i++) {
        values[i] *= factor;
      }
      store(values, t, from + at, n);
    }
  }
}
