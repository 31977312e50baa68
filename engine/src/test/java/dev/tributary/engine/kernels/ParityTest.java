package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The float32 kernels that train against the double-precision ones that gradients are checked with,
 * over awkward shapes. The tolerance grows with the root of the number of terms of a sum.
 */
class ParityTest {
  private static final Kernels FAST = CpuKernels.INSTANCE;
  private static final Kernels PLAIN = Nd4jKernels.INSTANCE;
  private static final Seeds SEEDS = Seeds.root(31);

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
    ParityPair x = ParityPair.of("x", c.n, c.in, c.h, c.w);
    ParityPair w = ParityPair.of("w", c.out, c.in, c.window.height(), c.window.width());
    ParityPair b = ParityPair.of("b", c.out);
    ParityPair y = ParityPair.of("y", c.n, c.out, oh, ow);
    ParityPair dy = ParityPair.of("dy", c.n, c.out, oh, ow);
    ParityPair dx = ParityPair.of("dx", c.n, c.in, c.h, c.w);
    ParityPair dw = ParityPair.of("dw", c.out, c.in, c.window.height(), c.window.width());
    ParityPair db = ParityPair.of("db", c.out);
    FAST.conv2d(x.fast(), w.fast(), b.fast(), c.window, y.fast());
    PLAIN.conv2d(x.plain(), w.plain(), b.plain(), c.window, y.plain());
    y.agree(c.in * c.window.height() * c.window.width());
    PLAIN.conv2dBackward(
        x.plain(), w.plain(), dy.plain(), c.window, dx.plain(), dw.plain(), db.plain());
    FAST.conv2dBackward(x.fast(), w.fast(), dy.fast(), c.window, dx.fast(), dw.fast(), db.fast());
    dx.agree(c.out * c.window.height() * c.window.width());
    dw.agree(c.n * oh * ow);
    db.agree(c.n * oh * ow);
    // What was there before must not count.
    dw.fast().set(Cases.normal(SEEDS.child("junk"), dw.fast().size(), 7, 1));
    db.fast().set(Cases.normal(SEEDS.child("junk"), db.fast().size(), 7, 1));
    FAST.conv2dBackward(x.fast(), w.fast(), dy.fast(), c.window, null, dw.fast(), db.fast());
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
        ParityPair a = ta ? ParityPair.of("a", k, m) : ParityPair.of("a", m, k);
        ParityPair b = tb ? ParityPair.of("b", n, k) : ParityPair.of("b", k, n);
        ParityPair c = ParityPair.of("c", m, n);
        FAST.gemm(a.fast(), ta, b.fast(), tb, c.fast());
        PLAIN.gemm(a.plain(), ta, b.plain(), tb, c.plain());
        c.agree(k);
      }
    }
    ParityPair y = ParityPair.of("y", m, n);
    ParityPair bias = ParityPair.of("bias", n);
    ParityPair sums = ParityPair.of("sums", n);
    FAST.addBias(y.fast(), bias.fast());
    PLAIN.addBias(y.plain(), bias.plain());
    y.agree(1);
    FAST.columnSums(y.fast(), sums.fast());
    PLAIN.columnSums(y.plain(), sums.plain());
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
    ParityPair x = ParityPair.of("x", 300, 2, s);
    ParityPair scale = ParityPair.of("scale", 1, 0.3, c);
    ParityPair shift = ParityPair.of("shift", c);
    ParityPair mean = ParityPair.of("mean", c);
    ParityPair var = ParityPair.of("var", c);
    ParityPair y = ParityPair.of("y", s);
    FAST.batchNorm(x.fast(), scale.fast(), shift.fast(), 1e-5, mean.fast(), var.fast(), y.fast());
    PLAIN.batchNorm(
        x.plain(), scale.plain(), shift.plain(), 1e-5, mean.plain(), var.plain(), y.plain());
    mean.agree(1);
    var.agree(1);
    // The mean is rounded to a float: half a unit in the last place of 300, over the deviation.
    double least = Arrays.stream(var.plain().toDoubles()).min().orElseThrow();
    within(y, Math.ulp(300f) / Math.sqrt(least + 1e-5) * 2);
    ParityPair near = ParityPair.of("near", 0.5, 2, s);
    ParityPair dy = ParityPair.of("dy", s);
    ParityPair dx = ParityPair.of("dx", s);
    ParityPair dscale = ParityPair.of("dscale", c);
    ParityPair dshift = ParityPair.of("dshift", c);
    FAST.batchNorm(
        near.fast(), scale.fast(), shift.fast(), 1e-2, mean.fast(), var.fast(), y.fast());
    PLAIN.batchNorm(
        near.plain(), scale.plain(), shift.plain(), 1e-2, mean.plain(), var.plain(), y.plain());
    y.agree(4);
    FAST.batchNormBackward(
        near.fast(),
        dy.fast(),
        scale.fast(),
        1e-2,
        mean.fast(),
        var.fast(),
        dx.fast(),
        dscale.fast(),
        dshift.fast());
    PLAIN.batchNormBackward(
        near.plain(),
        dy.plain(),
        scale.plain(),
        1e-2,
        mean.plain(),
        var.plain(),
        dx.plain(),
        dscale.plain(),
        dshift.plain());
    dx.agree(16);
    int n = x.fast().size() / c;
    dscale.agree(n);
    dshift.agree(n);
    FAST.batchNormInference(
        near.fast(), scale.fast(), shift.fast(), 1e-2, mean.fast(), var.fast(), y.fast());
    PLAIN.batchNormInference(
        near.plain(), scale.plain(), shift.plain(), 1e-2, mean.plain(), var.plain(), y.plain());
    y.agree(4);
    FAST.batchStatistics(near.fast(), mean.fast(), var.fast());
    PLAIN.batchStatistics(near.plain(), mean.plain(), var.plain());
    mean.agree(1);
    var.agree(1);
  }

  @ParameterizedTest
  @MethodSource("images")
  void batchNormWithStatisticsThatDependOnTheBatchInPart(int[] s) {
    int c = s[1];
    ParityPair x = ParityPair.of("x", 0.5, 2, s);
    ParityPair dy = ParityPair.of("dy", s);
    ParityPair scale = ParityPair.of("scale", 1, 0.3, c);
    ParityPair mean = ParityPair.of("mean", c);
    ParityPair var = ParityPair.of("var", 4, 0.5, c);
    ParityPair batchMean = ParityPair.of("batch mean", 0.5, 0.3, c);
    ParityPair drift = ParityPair.of("drift", c);
    ParityPair dx = ParityPair.of("dx", s);
    ParityPair dscale = ParityPair.of("dscale", c);
    ParityPair dshift = ParityPair.of("dshift", c);
    for (boolean drifts : new boolean[] {false, true}) {
      FAST.batchNormInferenceBackward(
          x.fast(),
          dy.fast(),
          scale.fast(),
          1e-2,
          mean.fast(),
          var.fast(),
          new BatchShare(batchMean.fast(), 0.3, 0.4, drifts ? drift.fast() : null),
          dx.fast(),
          dscale.fast(),
          dshift.fast());
      PLAIN.batchNormInferenceBackward(
          x.plain(),
          dy.plain(),
          scale.plain(),
          1e-2,
          mean.plain(),
          var.plain(),
          new BatchShare(batchMean.plain(), 0.3, 0.4, drifts ? drift.plain() : null),
          dx.plain(),
          dscale.plain(),
          dshift.plain());
      dx.agree(16);
      dscale.agree(x.fast().size() / c);
      dshift.agree(x.fast().size() / c);
    }
  }

  private static void within(ParityPair pair, double tolerance) {
    double[] expected = pair.plain().toDoubles();
    float[] actual = pair.fast().toFloats();
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
      ParityPair x = ParityPair.of("x", 0.5, 2, s);
      ParityPair scale = ParityPair.of("scale", 1, 0.3, c);
      ParityPair shift = ParityPair.of("shift", c);
      ParityPair y = ParityPair.of("y", s);
      ParityPair dy = ParityPair.of("dy", s);
      ParityPair dx = ParityPair.of("dx", s);
      ParityPair dscale = ParityPair.of("dscale", c);
      ParityPair dshift = ParityPair.of("dshift", c);
      FAST.groupNorm(x.fast(), groups, scale.fast(), shift.fast(), 1e-2, y.fast());
      PLAIN.groupNorm(x.plain(), groups, scale.plain(), shift.plain(), 1e-2, y.plain());
      y.agree(16);
      FAST.groupNormBackward(
          x.fast(), dy.fast(), groups, scale.fast(), 1e-2, dx.fast(), dscale.fast(), dshift.fast());
      PLAIN.groupNormBackward(
          x.plain(),
          dy.plain(),
          groups,
          scale.plain(),
          1e-2,
          dx.plain(),
          dscale.plain(),
          dshift.plain());
      dx.agree(64);
      dscale.agree(x.fast().size() / c);
      dshift.agree(x.fast().size() / c);
    }
  }

  @ParameterizedTest
  @EnumSource(ActivationKind.class)
  void activations(ActivationKind kind) {
    for (int size : new int[] {1, 31, 2047, 2049, 5003}) {
      for (double gain : new double[] {1, kind.gain()}) {
        ParityPair x = ParityPair.of("x", 0, 2.5, size);
        ParityPair y = ParityPair.of("y", size);
        ParityPair dy = ParityPair.of("dy", size);
        ParityPair dx = ParityPair.of("dx", size);
        FAST.activation(kind, gain, x.fast(), y.fast());
        PLAIN.activation(kind, gain, x.plain(), y.plain());
        y.agree(1);
        FAST.activationBackward(kind, gain, x.fast(), dy.fast(), dx.fast());
        PLAIN.activationBackward(kind, gain, x.plain(), dy.plain(), dx.plain());
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
      ParityPair x = ParityPair.of("x", s);
      ParityPair y = ParityPair.of("y", o);
      ParityPair dy = ParityPair.of("dy", o);
      ParityPair dx = ParityPair.of("dx", s);
      FAST.maxPool(x.fast(), window, y.fast());
      PLAIN.maxPool(x.plain(), window, y.plain());
      y.agree(1);
      FAST.maxPoolBackward(x.fast(), dy.fast(), window, dx.fast());
      PLAIN.maxPoolBackward(x.plain(), dy.plain(), window, dx.plain());
      dx.agree(4);
      FAST.avgPool(x.fast(), window, y.fast());
      PLAIN.avgPool(x.plain(), window, y.plain());
      y.agree(4);
      FAST.avgPoolBackward(dy.fast(), window, dx.fast());
      PLAIN.avgPoolBackward(dy.plain(), window, dx.plain());
      dx.agree(4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void adaptivePooling(int cells) {
    for (int[] s : new int[][] {{1, 1, 5, 4}, {3, 5, 13, 11}}) {
      int[] o = {s[0], s[1], cells, cells + 1};
      ParityPair x = ParityPair.of("x", s);
      ParityPair y = ParityPair.of("y", o);
      ParityPair dx = ParityPair.of("dx", s);
      FAST.adaptiveAvgPool(x.fast(), y.fast());
      PLAIN.adaptiveAvgPool(x.plain(), y.plain());
      y.agree(4);
      FAST.adaptiveAvgPoolBackward(y.fast(), dx.fast());
      PLAIN.adaptiveAvgPoolBackward(y.plain(), dx.plain());
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
}
