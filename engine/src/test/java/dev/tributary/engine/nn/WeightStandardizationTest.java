package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class WeightStandardizationTest {
  private static float[] standardize(double[] weights, double[] gains, int length) {
    Tensor w = Tensor.zeros(Shape.of(gains.length, length));
    Tensor gain = Tensor.zeros(Shape.of(gains.length));
    Tensor out = Tensor.zeros(w.shape());
    w.set(weights);
    gain.set(gains);
    CpuKernels.INSTANCE.standardizeRows(w, gain, 0, 1e-4, out);
    return out.toFloats();
  }

  @RepeatedTest(10)
  void rowsSumToZeroHaveTheGainAsNormAndForgetScaleAndShift(RepetitionInfo repetition) {
    Seeds seeds = Seeds.root(40).child("case", repetition.getCurrentRepetition());
    RandomStream stream = seeds.stream();
    int rows = 1 + stream.nextInt(9);
    int length = 2 + stream.nextInt(200);
    double[] w = Cases.normal(seeds.child("w"), rows * length, 0.2, 1);
    double[] gain = Cases.normal(seeds.child("gain"), rows, 0, 2);
    float[] out = standardize(w, gain, length);
    double a = 0.5 + 4 * stream.nextDouble();
    double b = stream.nextGaussian();
    double[] moved = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      moved[i] = a * w[i] + b;
    }
    assertThat(standardize(moved, gain, length)).containsExactly(out, offset(2e-5f));
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      double squares = 0;
      for (int i = r * length; i < (r + 1) * length; i++) {
        sum += out[i];
        squares += (double) out[i] * out[i];
      }
      assertThat(sum).isEqualTo(0, offset(1e-5));
      assertThat(Math.sqrt(squares)).isEqualTo(Math.abs(gain[r]), offset(1e-5));
    }
  }

  @Test
  void aConstantRowIsZeroAndItsGradientFinite() {
    Tensor w = Tensor.zeros(Shape.of(1, 4), DataType.FLOAT);
    Tensor gain = Tensor.zeros(Shape.of(1));
    Tensor out = Tensor.zeros(w.shape());
    Tensor up = Tensor.zeros(w.shape());
    Tensor dw = Tensor.zeros(w.shape());
    Tensor dgain = Tensor.zeros(gain.shape());
    w.set(0.25f, 0.25f, 0.25f, 0.25f);
    gain.set(1f);
    up.set(1f, 0f, 0f, 0f);
    CpuKernels.INSTANCE.standardizeRows(w, gain, 0, 1e-4, out);
    assertThat(out.toFloats()).containsOnly(0f);
    CpuKernels.INSTANCE.standardizeRowsBackward(w, gain, 0, 1e-4, up, dw, dgain);
    // gain / sqrt(floor) times the centred gradient.
    assertThat(dw.toFloats()).containsExactly(new float[] {75, -25, -25, -25}, offset(1e-3f));
    assertThat(dgain.toFloats()).containsExactly(0f);
  }

  @Test
  void refusesWhatItCannotMean() {
    assertThatThrownBy(() -> new WeightStandardization(2, 1e-4)).hasMessageContaining("ddof");
    assertThatThrownBy(() -> new WeightStandardization(0, 0)).hasMessageContaining("floor");
  }
}
