package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** L1 normalisation in float32 against double precision, over awkward shapes. */
class L1NormParityTest {
  private static final Kernels FAST = CpuKernels.INSTANCE;
  private static final Kernels PLAIN = Nd4jKernels.INSTANCE;
  private static final double KAPPA = 1.25;
  private static final double EPS = 1e-2;

  static Stream<int[]> shapes() {
    return Stream.of(
        new int[] {2, 1},
        new int[] {1, 4, 1, 2},
        new int[] {31, 33},
        new int[] {3, 2060},
        new int[] {7, 6, 13, 11},
        new int[] {2, 3, 47, 43},
        new int[] {33, 2, 1, 1},
        new int[] {9, 8, 1, 1});
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void batch(int[] s) {
    int c = s[1];
    ParityPair x = ParityPair.of("x", 3, 2, s);
    ParityPair scale = ParityPair.of("scale", 1, 0.3, c);
    ParityPair shift = ParityPair.of("shift", c);
    ParityPair mean = ParityPair.of("mean", c);
    ParityPair spread = ParityPair.of("spread", c);
    ParityPair y = ParityPair.of("y", s);
    FAST.l1Norm(
        x.fast(), scale.fast(), shift.fast(), KAPPA, EPS, mean.fast(), spread.fast(), y.fast());
    PLAIN.l1Norm(
        x.plain(),
        scale.plain(),
        shift.plain(),
        KAPPA,
        EPS,
        mean.plain(),
        spread.plain(),
        y.plain());
    mean.agree(1);
    spread.agree(1);
    y.agree(16);

    ParityPair dy = ParityPair.of("dy", s);
    ParityPair dscale = ParityPair.of("dscale", c);
    ParityPair dshift = ParityPair.of("dshift", c);
    FAST.l1NormBackward(
        x.fast(),
        dy.fast(),
        scale.fast(),
        KAPPA,
        EPS,
        mean.fast(),
        spread.fast(),
        dy.fast(),
        dscale.fast(),
        dshift.fast());
    PLAIN.l1NormBackward(
        x.plain(),
        dy.plain(),
        scale.plain(),
        KAPPA,
        EPS,
        mean.plain(),
        spread.plain(),
        dy.plain(),
        dscale.plain(),
        dshift.plain());
    dy.agree(64);
    int n = x.fast().size() / c;
    dscale.agree(n);
    dshift.agree(n);
    sumsToZero(dy.plain(), c);
  }

  /** Shifting a channel changes nothing, so its gradients sum to 0. */
  private static void sumsToZero(Tensor dx, int channels) {
    double[] values = dx.toDoubles();
    int positions = dx.shape().rowSize() / channels;
    double[] sums = new double[channels];
    for (int i = 0; i < values.length; i++) {
      sums[i / positions % channels] += values[i];
    }
    assertThat(sums).containsExactly(new double[channels], offset(1e-9));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void groups(int[] s) {
    int c = s[1];
    for (int groups : new int[] {1, 2, c}) {
      // Less than four elements cancel nearly all of their gradient, and its digits with it.
      if (c % groups != 0 || Shape.of(s).rowSize() / groups < 4) {
        continue;
      }
      ParityPair x = ParityPair.of("x", 3, 2, s);
      ParityPair scale = ParityPair.of("scale", 1, 0.3, c);
      ParityPair shift = ParityPair.of("shift", c);
      ParityPair y = ParityPair.of("y", s);
      FAST.l1GroupNorm(x.fast(), groups, scale.fast(), shift.fast(), KAPPA, EPS, y.fast());
      PLAIN.l1GroupNorm(x.plain(), groups, scale.plain(), shift.plain(), KAPPA, EPS, y.plain());
      y.agree(16);
      ParityPair dy = ParityPair.of("dy", s);
      ParityPair dscale = ParityPair.of("dscale", c);
      ParityPair dshift = ParityPair.of("dshift", c);
      FAST.l1GroupNormBackward(
          x.fast(),
          dy.fast(),
          groups,
          scale.fast(),
          KAPPA,
          EPS,
          dy.fast(),
          dscale.fast(),
          dshift.fast());
      PLAIN.l1GroupNormBackward(
          x.plain(),
          dy.plain(),
          groups,
          scale.plain(),
          KAPPA,
          EPS,
          dy.plain(),
          dscale.plain(),
          dshift.plain());
      dy.agree(64);
      int n = x.fast().size() / c;
      dscale.agree(n);
      dshift.agree(n);
    }
  }

  /** The gradient where an element is the mean: sign(0) = 0, in both. */
  @Test
  void anElementAtTheMeanHasNoSign() {
    // Mean 2, spread 2/3, xhat = (-3/2, 0, 3/2); dy = (1, 0, 0): mean(dy) = 1/3, mean(dy xhat) =
    // -1/2. dx = (3/2) ((1, 0, 0) - 1/3 + (-1, 0, 1) / 2) = (1/4, -1/2, 1/4).
    for (Kernels kernels : new Kernels[] {FAST, PLAIN}) {
      Tensor x = column(1, 2, 3);
      Tensor dx = column(1, 0, 0);
      Tensor one = one(1);
      Tensor mean = one(0);
      Tensor spread = one(0);
      kernels.l1Norm(x, one, one(0), 1, 1e-12, mean, spread, column(0, 0, 0));
      kernels.l1NormBackward(x, dx, one, 1, 1e-12, mean, spread, dx, one(0), one(0));
      assertThat(dx.toFloats())
          .as(kernels.tier())
          .containsExactly(new float[] {0.25f, -0.5f, 0.25f}, offset(1e-6f));
    }
  }

  private static Tensor column(float... values) {
    Tensor column = Tensor.zeros(Shape.of(values.length, 1));
    column.set(values);
    return column;
  }

  private static Tensor one(float value) {
    Tensor one = Tensor.zeros(Shape.of(1));
    one.set(value);
    return one;
  }
}
