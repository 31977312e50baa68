package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** As {@link ParityTest}, of what works element by element, row by row or on flat vectors. */
class PointwiseParityTest {
  private static final Kernels FAST = CpuKernels.INSTANCE;
  private static final Kernels PLAIN = Nd4jKernels.INSTANCE;
  private static final Seeds SEEDS = Seeds.root(31);

  @Test
  void elementwise() {
    for (int size : new int[] {1, 31, 2049, 4099}) {
      ParityPair a = ParityPair.of("a", size);
      ParityPair b = ParityPair.of("b", size);
      ParityPair c = ParityPair.of("c", size);
      FAST.add(a.fast(), b.fast(), c.fast());
      PLAIN.add(a.plain(), b.plain(), c.plain());
      c.agree(1);
      FAST.multiply(a.fast(), b.fast(), c.fast());
      PLAIN.multiply(a.plain(), b.plain(), c.plain());
      c.agree(1);
      FAST.scaleAdd(0.3, a.fast(), 0.7, c.fast());
      PLAIN.scaleAdd(0.3, a.plain(), 0.7, c.plain());
      c.agree(1);
      FAST.addProximal(0.01, a.fast(), b.fast(), c.fast());
      PLAIN.addProximal(0.01, a.plain(), b.plain(), c.plain());
      c.agree(1);
      double distance = PLAIN.distance(a.plain(), b.plain());
      assertThat(FAST.distance(a.fast(), b.fast())).isCloseTo(distance, offset(1e-9 * distance));
      double norm = PLAIN.norm(a.plain());
      assertThat(FAST.norm(a.fast())).isCloseTo(norm, offset(1e-9 * norm));
      FAST.scale(0.3, a.fast());
      PLAIN.scale(0.3, a.plain());
      a.agree(1);
    }
  }

  @Test
  void aSumWithNothingOfTheOldForgetsWhatWasNotFinite() {
    for (Kernels kernels : List.of(FAST, PLAIN)) {
      Tensor x = Tensor.zeros(Shape.of(3));
      x.set(1f, -2f, 4f);
      Tensor y = Tensor.zeros(Shape.of(3));
      y.set(Float.NaN, Float.POSITIVE_INFINITY, 7f);
      kernels.scaleAdd(0.5, x, 0, y);
      assertThat(y.toFloats()).containsExactly(0.5f, -1f, 2f);
    }
  }

  @Test
  void infinitiesPassCurvesThatHaveALimit() {
    float infinity = Float.POSITIVE_INFINITY;
    for (Kernels kernels : List.of(FAST, PLAIN)) {
      Tensor x = Tensor.zeros(Shape.of(2));
      x.set(infinity, -infinity);
      Tensor y = Tensor.zeros(Shape.of(2));
      kernels.activation(ActivationKind.RELU, 1, x, y);
      assertThat(y.toFloats()).containsExactly(infinity, 0);
      kernels.activation(ActivationKind.ELU, 1, x, y);
      assertThat(y.toFloats()).containsExactly(infinity, -1);
    }
  }

  @Test
  void weightStandardization() {
    for (int[] s : new int[][] {{1, 2}, {31, 3, 5, 5}, {7, 33}, {2, 2111}}) {
      for (int ddof : new int[] {0, 1}) {
        for (double floor : new double[] {1e-4, 1e5}) {
          ParityPair w = ParityPair.of("w", s);
          ParityPair gain = ParityPair.of("gain", 1, 0.5, s[0]);
          ParityPair out = ParityPair.of("out", s);
          ParityPair up = ParityPair.of("up", s);
          ParityPair dw = ParityPair.of("dw", s);
          ParityPair dgain = ParityPair.of("dgain", s[0]);
          FAST.standardizeRows(w.fast(), gain.fast(), ddof, floor, out.fast());
          PLAIN.standardizeRows(w.plain(), gain.plain(), ddof, floor, out.plain());
          out.agree(4);
          FAST.standardizeRowsBackward(
              w.fast(), gain.fast(), ddof, floor, up.fast(), dw.fast(), dgain.fast());
          PLAIN.standardizeRowsBackward(
              w.plain(), gain.plain(), ddof, floor, up.plain(), dw.plain(), dgain.plain());
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
      ParityPair logits = ParityPair.of("logits", 0, 3, s);
      ParityPair d = ParityPair.of("d", s);
      double fast = FAST.softmaxCrossEntropy(logits.fast(), labels, d.fast());
      double plain = PLAIN.softmaxCrossEntropy(logits.plain(), labels, d.plain());
      assertThat(fast).isCloseTo(plain, offset(1e-12));
      d.agree(1);
      double[] losses = new double[s[0]];
      int[] predictions = new int[s[0]];
      FAST.classify(logits.fast(), labels, losses, predictions);
      assertThat(Arrays.stream(losses).average().orElseThrow()).isCloseTo(plain, offset(1e-12));
    }
  }

  @Test
  void optimizers() {
    for (int size : new int[] {1, 31, 2049, 4099}) {
      ParityPair w = ParityPair.of("w", size);
      ParityPair v = ParityPair.of("v", 0.0, 0.0, size);
      ParityPair m = ParityPair.of("m", 0.0, 0.0, size);
      for (int step = 1; step <= 3; step++) {
        ParityPair g = ParityPair.of("g" + step, size);
        for (boolean nesterov : new boolean[] {false, true}) {
          FAST.sgd(w.fast(), g.fast(), v.fast(), 0.1, 0.9, nesterov, 0.01);
          PLAIN.sgd(w.plain(), g.plain(), v.plain(), 0.1, 0.9, nesterov, 0.01);
        }
        FAST.sgd(w.fast(), g.fast(), null, 0.1, 0, false, 0.01);
        PLAIN.sgd(w.plain(), g.plain(), null, 0.1, 0, false, 0.01);
        w.agree(4);
        v.agree(4);
      }
      v.fast().set(new float[size]);
      v.plain().set(new double[size]);
      for (int step = 1; step <= 3; step++) {
        ParityPair g = ParityPair.of("g" + step, size);
        AdamRule rule = new AdamRule(0.9, 0.999, 1e-8, 0.1, step == 2);
        FAST.adam(w.fast(), g.fast(), m.fast(), v.fast(), rule, 0.01, step);
        PLAIN.adam(w.plain(), g.plain(), m.plain(), v.plain(), rule, 0.01, step);
        w.agree(16);
        m.agree(4);
        v.agree(4);
      }
    }
  }

  @Test
  void clippingByRows() {
    for (int[] s : new int[][] {{1}, {2053}, {31, 33}, {7, 3, 5, 5}, {2, 4099}}) {
      ParityPair w = ParityPair.of("w", s);
      ParityPair g = ParityPair.of("g", s);
      float[] before = g.fast().toFloats();
      FAST.clipRows(g.fast(), w.fast(), 0.9, 1e-3);
      PLAIN.clipRows(g.plain(), w.plain(), 0.9, 1e-3);
      g.agree(4);
      if (s.length > 1) {
        assertThat(g.fast().toFloats()).isNotEqualTo(before);
      }
    }
  }
}
