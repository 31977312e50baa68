package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  /** Logits whose softmax has these shares. */
  private static double[] logits(double... shares) {
    double[] logits = new double[shares.length];
    for (int i = 0; i < shares.length; i++) {
      logits[i] = Math.log(shares[i]) + 3;
    }
    return logits;
  }

  /** By hand: in (9/15, 10/15] one of two is right at 0.65 and 0.62; 0.9, in (13/15, 14/15], is. */
  @Test
  void binsByConfidence() {
    double[] logits =
        logits(0.65, 0.25, 0.1, /* second */ 0.19, 0.62, 0.19, /* third */ 0.05, 0.05, 0.9);
    Calibration all = Calibration.of(logits, new int[] {0, 2, 2}, 3, 3);
    assertThat(all.examples()).isEqualTo(3);
    assertThat(all.bins().get(9).count()).isEqualTo(2);
    assertThat(all.bins().get(9).correct()).isEqualTo(1);
    assertThat(all.bins().get(9).confidenceSum()).isEqualTo(1.27, offset(1e-12));
    assertThat(all.bins().get(13))
        .isEqualTo(new Calibration.Bin(1, all.bins().get(13).confidenceSum(), 1));
    assertThat(all.ece()).isEqualTo((2 * (0.635 - 0.5) + (1 - 0.9)) / 3, offset(1e-12));
    double entropy =
        -(0.65 * Math.log(0.65) + 0.25 * Math.log(0.25) + 0.1 * Math.log(0.1))
            - (0.62 * Math.log(0.62) + 0.38 * Math.log(0.19))
            - (0.9 * Math.log(0.9) + 0.1 * Math.log(0.05));
    assertThat(all.entropySum()).isEqualTo(entropy, offset(1e-12));
    assertThat(all.meanEntropy()).isEqualTo(entropy / 3, offset(1e-12));
  }

  /**
   * 3/5 = 9/15 is the upper end of bin 8; certainty is in the last; three equal thirds in bin 4.
   */
  @Test
  void anEdgeBelongsToTheBinBelow() {
    double third = Math.log(1.0 / 3);
    double[] logits = {0, -800, -800, third, third, third};
    Calibration all = Calibration.of(logits, new int[] {0, 0}, 2, 3);
    assertThat(all.bins().get(14).count()).isEqualTo(1);
    assertThat(all.bins().get(4)).isEqualTo(new Calibration.Bin(1, 1.0 / 3, 1));
    assertThat(all.entropySum()).isEqualTo(Math.log(3), offset(1e-12));
  }

  @Test
  void partsAdd() {
    double[] logits = {2, 1, 0, 0, 1.5, 0.5, 1, 1, 1, 0.2, 0.1, 3};
    int[] labels = {0, 1, 1, 2};
    Calibration whole = Calibration.of(logits, labels, 4, 3);
    Calibration first = Calibration.of(logits, labels, 1, 3);
    Calibration rest = Calibration.of(Arrays.copyOfRange(logits, 3, 12), new int[] {1, 1, 2}, 3, 3);
    Calibration sum = Calibration.NONE.plus(first).plus(rest);
    assertThat(sum.ece()).isEqualTo(whole.ece(), offset(1e-15));
    assertThat(sum.entropySum()).isEqualTo(whole.entropySum(), offset(1e-15));
    // Computed in NumPy.
    assertThat(whole.entropySum()).isEqualTo(4 * 0.8105410713618643, offset(1e-12));
    assertThat(Calibration.NONE.ece()).isNaN();
  }
}
