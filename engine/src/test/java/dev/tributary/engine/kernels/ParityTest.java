package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The float32 kernels that train against the double-precision ones that gradients are checked with,
 * over awkward shapes. The tolerance grows with the root of the number of terms of a sum.
 */
class ParityTest {
  private static final Kernels FAST = CpuKernels.INSTANCE;
  private static final Kernels PLAIN = Nd4jKernels.INSTANCE;
  private static final Seeds SEEDS = Seeds.root(31);

  /** The same numbers in both precisions. */
  private record Pair(Tensor fast, Tensor plain) {
    static Pair of(String name, double mean, double deviation, int... lengths) {
      Shape shape = Shape.of(lengths);
      double[] values = Cases.normal(SEEDS.child(name + shape), shape.size(), mean, deviation);
      Pair pair = new Pair(Tensor.zeros(shape), Tensor.zeros(shape, DataType.DOUBLE));
      pair.fast.set(values);
      pair.plain.set(values);
      return pair;
    }

    static Pair of(String name, int... lengths) {
      return of(name, 0, 1, lengths);
    }

    void agree(int terms) {
      double[] expected = plain.toDoubles();
      float[] actual = fast.toFloats();
      double size =
          Math.sqrt(
              IntStream.range(0, expected.length)
                  .mapToDouble(i -> expected[i] * expected[i])
                  .average()
                  .orElse(0));
      double tolerance = 4e-7 * Math.sqrt(terms) * (1 + size) + 1e-6 * size;
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual[i])
            .as("element %d of %s", i, fast)
            .isCloseTo(expected[i], offset(tolerance + 1e-6 * Math.abs(expected[i])));
      }
    }
  }

  record Conv(int n, int in, int out, int h, int w, Window window) {}

  static Stream<Conv> convolutions() {
    List<Conv> cases = new ArrayList<>();
    cases.add(new Conv(1, 1, 1, 1, 1, Window.square(1, 1, 0)));
    cases.add(new Conv(1, 3, 7, 31, 33, Window.square(5, 1, 2)));
    cases.add(new Conv(5, 2, 31, 13, 11, new Window(3, 5, 2, 3, 1, 2)));
    cases.add(new Conv(3, 33, 3, 7, 5, Window.square(3, 1, 0)));
    cases.add(new Conv(2, 16, 17, 9, 9, Window.square(4, 3, 3)));
    cases.add(new Conv(7, 3, 16, 28, 28, Window.square(5, 1, 2)));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolution(Conv c) {
    int oh = c.window.outputHeight(c.h);
    int ow = c.window.outputWidth(c.w);
    Pair x = Pair.of("x", c.n, c.in, c.h, c.w);
    Pair w = Pair.of("w", c.out, c.in, c.window.height(), c.window.width());
    Pair b = Pair.of("b", c.out);
    Pair y = Pair.of("y", c.n, c.out, oh, ow);
    Pair dy = Pair.of("dy", c.n, c.out, oh, ow);
    Pair dx = Pair.of("dx", c.n, c.in, c.h, c.w);
    Pair dw = Pair.of("dw", c.out, c.in, c.window.height(), c.window.width());
    Pair db = Pair.of("db", c.out);
    FAST.conv2d(x.fast, w.fast, b.fast, c.window, y.fast);
    PLAIN.conv2d(x.plain, w.plain, b.plain, c.window, y.plain);
    y.agree(c.in * c.window.height() * c.window.width());
    PLAIN.conv2dBackward(x.plain, w.plain, dy.plain, c.window, dx.plain, dw.plain, db.plain);
    FAST.conv2dBackward(x.fast, w.fast, dy.fast, c.window, dx.fast, dw.fast, db.fast);
    dx.agree(c.out * c.window.height() * c.window.width());
    dw.agree(c.n * oh * ow);
    db.agree(c.n * oh * ow);
    dw.fast.set(new float[dw.fast.size()]);
    db.fast.set(new float[db.fast.size()]);
    FAST.conv2dBackward(x.fast, w.fast, dy.fast, c.window, null, dw.fast, db.fast);
    dw.agree(c.n * oh * ow);
    db.agree(c.n * oh * ow);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void matrices(int[] s) {
    int m = s[0];
    int k = s[1];
    int n = s[2];
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        Pair a = ta ? Pair.of("a", k, m) : Pair.of("a", m, k);
        Pair b = tb ? Pair.of("b", n, k) : Pair.of("b", k, n);
        Pair c = Pair.of("c", m, n);
        FAST.gemm(a.fast, ta, b.fast, tb, c.fast);
        PLAIN.gemm(a.plain, ta, b.plain, tb, c.plain);
        c.agree(k);
      }
    }
    Pair y = Pair.of("y", m, n);
    Pair bias = Pair.of("bias", n);
    Pair sums = Pair.of("sums", n);
    FAST.addBias(y.fast, bias.fast);
    PLAIN.addBias(y.plain, bias.plain);
    y.agree(1);
    FAST.columnSums(y.fast, sums.fast);
    PLAIN.columnSums(y.plain, sums.plain);
    sums.agree(m);
  }

  static Stream<int[]> matrices() {
    return Stream.of(
        new int[] {1, 1, 1},
        new int[] {1, 31, 33},
        new int[] {33, 1, 31},
        new int[] {31, 257, 1},
        new int[] {7, 1568, 61},
        new int[] {3, 5, 2053});
  }

  static Stream<int[]> images() {
    return Stream.of(
        new int[] {2, 1},
        new int[] {1, 4, 1, 2},
        new int[] {31, 33},
        new int[] {3, 2060},
        new int[] {7, 6, 13, 11},
        new int[] {5, 31, 5, 7},
        new int[] {2, 3, 47, 43},
        new int[] {33, 2, 1, 1});
  }

  @ParameterizedTest
  @MethodSource("images")
  void batchNorm(int[] s) {
    int c = s[1];
    // Far from zero, where a careless variance loses its digits.
    Pair x = Pair.of("x", 300, 2, s);
    Pair scale = Pair.of("scale", 1, 0.3, c);
    Pair shift = Pair.of("shift", c);
    Pair mean = Pair.of("mean", c);
    Pair var = Pair.of("var", c);
    Pair y = Pair.of("y", s);
    FAST.batchNorm(x.fast, scale.fast, shift.fast, 1e-5, mean.fast, var.fast, y.fast);
    PLAIN.batchNorm(x.plain, scale.plain, shift.plain, 1e-5, mean.plain, var.plain, y.plain);
    mean.agree(1);
    var.agree(1);
    // The mean is rounded to a float: half a unit in the last place of 300, over the deviation.
    double least = Arrays.stream(var.plain.toDoubles()).min().orElseThrow();
    within(y, Math.ulp(300f) / Math.sqrt(least + 1e-5) * 2);
    Pair near = Pair.of("near", 0.5, 2, s);
    Pair dy = Pair.of("dy", s);
    Pair dx = Pair.of("dx", s);
    Pair dscale = Pair.of("dscale", c);
    Pair dshift = Pair.of("dshift", c);
    FAST.batchNorm(near.fast, scale.fast, shift.fast, 1e-2, mean.fast, var.fast, y.fast);
    PLAIN.batchNorm(near.plain, scale.plain, shift.plain, 1e-2, mean.plain, var.plain, y.plain);
    y.agree(4);
    FAST.batchNormBackward(
        near.fast,
        dy.fast,
        scale.fast,
        1e-2,
        mean.fast,
        var.fast,
        dx.fast,
        dscale.fast,
        dshift.fast);
    PLAIN.batchNormBackward(
        near.plain,
        dy.plain,
        scale.plain,
        1e-2,
        mean.plain,
        var.plain,
        dx.plain,
        dscale.plain,
        dshift.plain);
    dx.agree(16);
    int n = x.fast.size() / c;
    dscale.agree(n);
    dshift.agree(n);
    FAST.batchNormInference(near.fast, scale.fast, shift.fast, 1e-2, mean.fast, var.fast, y.fast);
    PLAIN.batchNormInference(
        near.plain, scale.plain, shift.plain, 1e-2, mean.plain, var.plain, y.plain);
    y.agree(4);
  }

  private static void within(Pair pair, double tolerance) {
    double[] expected = pair.plain.toDoubles();
    float[] actual = pair.fast.toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], offset(tolerance));
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void groupNorm(int[] s) {
    int c = s[1];
    for (int groups : new int[] {1, c, c % 2 == 0 ? c / 2 : 1}) {
      int length = Shape.of(s).rowSize() / groups;
      if (length < 2) {
        continue;
      }
      Pair x = Pair.of("x", 0.5, 2, s);
      Pair scale = Pair.of("scale", 1, 0.3, c);
      Pair shift = Pair.of("shift", c);
      Pair y = Pair.of("y", s);
      Pair dy = Pair.of("dy", s);
      Pair dx = Pair.of("dx", s);
      Pair dscale = Pair.of("dscale", c);
      Pair dshift = Pair.of("dshift", c);
      FAST.groupNorm(x.fast, groups, scale.fast, shift.fast, 1e-2, y.fast);
      PLAIN.groupNorm(x.plain, groups, scale.plain, shift.plain, 1e-2, y.plain);
      y.agree(16);
      FAST.groupNormBackward(
          x.fast, dy.fast, groups, scale.fast, 1e-2, dx.fast, dscale.fast, dshift.fast);
      PLAIN.groupNormBackward(
          x.plain, dy.plain, groups, scale.plain, 1e-2, dx.plain, dscale.plain, dshift.plain);
      dx.agree(64);
      dscale.agree(x.fast.size() / c);
      dshift.agree(x.fast.size() / c);
    }
  }

  @ParameterizedTest
  @EnumSource(ActivationKind.class)
  void activations(ActivationKind kind) {
    for (int size : new int[] {1, 31, 2047, 2049, 5003}) {
      for (double gain : new double[] {1, kind.gain()}) {
        Pair x = Pair.of("x", 0, 2.5, size);
        Pair y = Pair.of("y", size);
        Pair dy = Pair.of("dy", size);
        Pair dx = Pair.of("dx", size);
        FAST.activation(kind, gain, x.fast, y.fast);
        PLAIN.activation(kind, gain, x.plain, y.plain);
        y.agree(1);
        FAST.activationBackward(kind, gain, x.fast, dy.fast, dx.fast);
        PLAIN.activationBackward(kind, gain, x.plain, dy.plain, dx.plain);
        dx.agree(1);
      }
    }
  }

  @Test
  void reluStopsAtBothZerosAndPassesTheSmallest() {
    Tensor x = Tensor.zeros(Shape.of(5));
    Tensor dy = Tensor.zeros(Shape.of(5));
    x.set(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE);
    dy.set(1f, 2f, 3f, 4f, -5f);
    FAST.activationBackward(ActivationKind.RELU, 1, x, dy, dy);
    assertThat(dy.toFloats()).containsExactly(0f, 0f, 3f, 0f, -5f);
  }

  static Stream<Window> windows() {
    return Stream.of(
        Window.square(1, 1, 0),
        Window.square(2, 2, 0),
        Window.square(2, 1, 0),
        Window.square(3, 2, 1),
        new Window(2, 3, 3, 1, 1, 2));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void pooling(Window window) {
    for (int[] s : new int[][] {{1, 1, 5, 4}, {3, 5, 13, 11}, {2, 7, 28, 28}}) {
      int[] o = {s[0], s[1], window.outputHeight(s[2]), window.outputWidth(s[3])};
      Pair x = Pair.of("x", s);
      Pair y = Pair.of("y", o);
      Pair dy = Pair.of("dy", o);
      Pair dx = Pair.of("dx", s);
      FAST.maxPool(x.fast, window, y.fast);
      PLAIN.maxPool(x.plain, window, y.plain);
      y.agree(1);
      FAST.maxPoolBackward(x.fast, dy.fast, window, dx.fast);
      PLAIN.maxPoolBackward(x.plain, dy.plain, window, dx.plain);
      dx.agree(4);
      FAST.avgPool(x.fast, window, y.fast);
      PLAIN.avgPool(x.plain, window, y.plain);
      y.agree(4);
      FAST.avgPoolBackward(dy.fast, window, dx.fast);
      PLAIN.avgPoolBackward(dy.plain, window, dx.plain);
      dx.agree(4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void adaptivePooling(int cells) {
    for (int[] s : new int[][] {{1, 1, 5, 4}, {3, 5, 13, 11}}) {
      int[] o = {s[0], s[1], cells, cells + 1};
      Pair x = Pair.of("x", s);
      Pair y = Pair.of("y", o);
      Pair dx = Pair.of("dx", s);
      FAST.adaptiveAvgPool(x.fast, y.fast);
      PLAIN.adaptiveAvgPool(x.plain, y.plain);
      y.agree(4);
      FAST.adaptiveAvgPoolBackward(y.fast, dx.fast);
      PLAIN.adaptiveAvgPoolBackward(y.plain, dx.plain);
      dx.agree(8);
    }
  }

  @Test
  void ofEqualMaximaTheFirstGetsTheGradient() {
    for (Window window : List.of(Window.square(2, 2, 0), Window.square(2, 1, 0))) {
      Tensor x = Tensor.zeros(Shape.of(1, 1, 2, 2));
      Tensor dy = Tensor.zeros(Shape.of(1, 1, 1, 1));
      Tensor dx = Tensor.zeros(Shape.of(1, 1, 2, 2));
      dy.set(3f);
      x.set(-2f, -1f, -1f, -1f);
      FAST.maxPoolBackward(x, dy, window, dx);
      assertThat(dx.toFloats()).containsExactly(0, 3, 0, 0);
      x.set(-0f, 0f, -1f, 0f);
      FAST.maxPoolBackward(x, dy, window, dx);
      assertThat(dx.toFloats()).containsExactly(3, 0, 0, 0);
    }
  }

  @Test
  void elementwise() {
    for (int size : new int[] {1, 31, 2049, 4099}) {
      Pair a = Pair.of("a", size);
      Pair b = Pair.of("b", size);
      Pair c = Pair.of("c", size);
      FAST.add(a.fast, b.fast, c.fast);
      PLAIN.add(a.plain, b.plain, c.plain);
      c.agree(1);
      FAST.multiply(a.fast, b.fast, c.fast);
      PLAIN.multiply(a.plain, b.plain, c.plain);
      c.agree(1);
      FAST.scaleAdd(0.3, a.fast, 0.7, c.fast);
      PLAIN.scaleAdd(0.3, a.plain, 0.7, c.plain);
      c.agree(1);
      FAST.addProximal(0.01, a.fast, b.fast, c.fast);
      PLAIN.addProximal(0.01, a.plain, b.plain, c.plain);
      c.agree(1);
      double distance = PLAIN.distance(a.plain, b.plain);
      assertThat(FAST.distance(a.fast, b.fast)).isCloseTo(distance, offset(1e-9 * distance));
    }
  }

  @Test
  void weightStandardization() {
    for (int[] s : new int[][] {{1, 2}, {31, 3, 5, 5}, {7, 33}, {2, 2111}}) {
      for (int ddof : new int[] {0, 1}) {
        for (double floor : new double[] {1e-4, 1e5}) {
          Pair w = Pair.of("w", s);
          Pair gain = Pair.of("gain", 1, 0.5, s[0]);
          Pair out = Pair.of("out", s);
          Pair up = Pair.of("up", s);
          Pair dw = Pair.of("dw", s);
          Pair dgain = Pair.of("dgain", s[0]);
          FAST.standardizeRows(w.fast, gain.fast, ddof, floor, out.fast);
          PLAIN.standardizeRows(w.plain, gain.plain, ddof, floor, out.plain);
          out.agree(4);
          FAST.standardizeRowsBackward(
              w.fast, gain.fast, ddof, floor, up.fast, dw.fast, dgain.fast);
          PLAIN.standardizeRowsBackward(
              w.plain, gain.plain, ddof, floor, up.plain, dw.plain, dgain.plain);
          dw.agree(16);
          dgain.agree(64);
        }
      }
    }
  }

  @Test
  void lossAndClassification() {
    for (int[] s : new int[][] {{1, 2}, {31, 10}, {7, 33}}) {
      RandomStream stream = SEEDS.child("labels").stream();
      int[] labels = IntStream.range(0, s[0]).map(_ -> stream.nextInt(s[1])).toArray();
      Pair logits = Pair.of("logits", 0, 3, s);
      Pair d = Pair.of("d", s);
      double fast = FAST.softmaxCrossEntropy(logits.fast, labels, d.fast);
      double plain = PLAIN.softmaxCrossEntropy(logits.plain, labels, d.plain);
      assertThat(fast).isCloseTo(plain, offset(1e-12));
      d.agree(1);
      double[] losses = new double[s[0]];
      int[] predictions = new int[s[0]];
      FAST.classify(logits.fast, labels, losses, predictions);
      assertThat(Arrays.stream(losses).average().orElseThrow()).isCloseTo(plain, offset(1e-12));
    }
  }

  @Test
  void optimizers() {
    for (int size : new int[] {1, 31, 2049, 4099}) {
      Pair w = Pair.of("w", size);
      Pair v = Pair.of("v", 0.0, 0.0, size);
      Pair m = Pair.of("m", 0.0, 0.0, size);
      for (int step = 1; step <= 3; step++) {
        Pair g = Pair.of("g" + step, size);
        for (boolean nesterov : new boolean[] {false, true}) {
          FAST.sgd(w.fast, g.fast, v.fast, 0.1, 0.9, nesterov, 0.01);
          PLAIN.sgd(w.plain, g.plain, v.plain, 0.1, 0.9, nesterov, 0.01);
        }
        FAST.sgd(w.fast, g.fast, null, 0.1, 0, false, 0.01);
        PLAIN.sgd(w.plain, g.plain, null, 0.1, 0, false, 0.01);
        w.agree(4);
        v.agree(4);
      }
      v.fast.set(new float[size]);
      v.plain.set(new double[size]);
      for (int step = 1; step <= 3; step++) {
        Pair g = Pair.of("g" + step, size);
        AdamRule rule = new AdamRule(0.9, 0.999, 1e-8, 0.1, step == 2);
        FAST.adam(w.fast, g.fast, m.fast, v.fast, rule, 0.01, step);
        PLAIN.adam(w.plain, g.plain, m.plain, v.plain, rule, 0.01, step);
        w.agree(16);
        m.agree(4);
        v.agree(4);
      }
    }
  }

  @Test
  void clippingByRows() {
    for (int[] s : new int[][] {{1}, {2053}, {31, 33}, {7, 3, 5, 5}, {2, 4099}}) {
      Pair w = Pair.of("w", s);
      Pair g = Pair.of("g", s);
      float[] before = g.fast.toFloats();
      FAST.clipRows(g.fast, w.fast, 0.9, 1e-3);
      PLAIN.clipRows(g.plain, w.plain, 0.9, 1e-3);
      g.agree(4);
      if (s.length > 1) {
        assertThat(g.fast.toFloats()).isNotEqualTo(before);
      }
    }
  }
}
