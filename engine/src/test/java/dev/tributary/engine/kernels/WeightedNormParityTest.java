package dev.tributary.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch normalisation with weighted samples in float32 against double precision. */
class WeightedNormParityTest {
  private static final Kernels FAST = CpuKernels.INSTANCE;
  private static final Kernels PLAIN = Nd4jKernels.INSTANCE;

  static Stream<int[]> shapes() {
    return Stream.of(
        new int[] {2, 1},
        new int[] {1, 4, 1, 2},
        new int[] {31, 33},
        new int[] {3, 2060},
        new int[] {7, 6, 13, 11},
        new int[] {2, 3, 47, 43},
        new int[] {33, 2, 1, 1});
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void weightedNorm(int[] s) {
    int c = s[1];
    // Weights that sum to 0.9.
    double[] weights = new double[s[0] + 1];
    for (int n = 0; n < s[0]; n++) {
      weights[n] = 0.9 * 2 * (n + 1) / (s[0] * (s[0] + 1.0));
    }
    ParityPair x = ParityPair.of("x", 0.5, 2, s);
    ParityPair scale = ParityPair.of("scale", 1, 0.3, c);
    ParityPair mean = ParityPair.of("mean", c);
    ParityPair var = ParityPair.of("var", c);
    double[][] moments = new double[4][s[0] * c];
    FAST.weightedStatistics(x.fast(), weights, mean.fast(), var.fast(), moments[0], moments[1]);
    PLAIN.weightedStatistics(x.plain(), weights, mean.plain(), var.plain(), moments[2], moments[3]);
    mean.agree(1);
    var.agree(1);
    assertThat(moments[0]).containsExactly(moments[2], offset(2e-6));
    assertThat(moments[1]).containsExactly(moments[3], offset(2e-5));

    ParityPair dy = ParityPair.of("dy", s);
    ParityPair dmean = ParityPair.of("dmean", c);
    ParityPair dvar = ParityPair.of("dvar", c);
    ParityPair dscale = ParityPair.of("dscale", c);
    ParityPair dshift = ParityPair.of("dshift", c);
    FAST.addWeightedNormBackward(
        x.fast(),
        dy.fast(),
        weights,
        scale.fast(),
        1e-2,
        mean.fast(),
        var.fast(),
        dmean.fast(),
        dvar.fast(),
        dy.fast(),
        dscale.fast(),
        dshift.fast());
    PLAIN.addWeightedNormBackward(
        x.plain(),
        dy.plain(),
        weights,
        scale.plain(),
        1e-2,
        mean.plain(),
        var.plain(),
        dmean.plain(),
        dvar.plain(),
        dy.plain(),
        dscale.plain(),
        dshift.plain());
    dy.agree(64);
    int n = x.fast().size() / c;
    dscale.agree(n);
    dshift.agree(n);
    dmean.agree(n);
    dvar.agree(n);
  }

  /** A spread of 1 around 300, where squares of the values themselves would lose its digits. */
  @ParameterizedTest
  @MethodSource("shapes")
  void aLargeMeanCostsNoDigits(int[] s) {
    double[] weights = new double[s[0]];
    Arrays.fill(weights, 1.0 / s[0]);
    ParityPair x = ParityPair.of("x", 300, 1, s);
    ParityPair mean = ParityPair.of("mean", s[1]);
    ParityPair var = ParityPair.of("var", s[1]);
    double[] first = new double[s[0] * s[1]];
    double[] second = new double[s[0] * s[1]];
    FAST.weightedStatistics(x.fast(), weights, mean.fast(), var.fast(), first, second);
    PLAIN.weightedStatistics(x.plain(), weights, mean.plain(), var.plain(), first, second);
    mean.agree(1);
    var.agree(1);
  }
}
