package dev.tributary.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class ClippingTest {
  private static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("c.weight", Role.WEIGHT, Shape.of(5, 3, 3, 3))
          .add("c.bias", Role.BIAS, Shape.of(5))
          .add("c.gain", Role.GAIN, Shape.of(5))
          .add("n.running-mean", Role.NORM_RUNNING_MEAN, Shape.of(5))
          .add("f.weight", Role.WEIGHT, Shape.of(7, 11))
          .add("f.bias", Role.BIAS, Shape.of(7))
          .build();

  private final Tensor w = Cases.tensor(Seeds.root(1), DataType.FLOAT, LAYOUT.trainableSize());
  private final Tensor g = Cases.tensor(Seeds.root(2), DataType.FLOAT, LAYOUT.trainableSize());

  private float[] clip(double lambda, boolean skipLast, boolean skipBiases) {
    Tensor copy = Tensor.zeros(g.shape());
    copy.set(g.toFloats());
    AdaptiveGradientClipping.clip(copy, w, LAYOUT, lambda, 1e-3, skipLast, skipBiases);
    return copy.toFloats();
  }

  private static float[] part(float[] all, String name) {
    ParameterSpec spec = LAYOUT.spec(name);
    return Arrays.copyOfRange(all, spec.offset(), spec.end());
  }

  private static double norm(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  @Test
  void boundsEveryUnitAndDoesNothingTwice() {
    float[] once = clip(0.1, false, false);
    float[] weights = w.toFloats();
    float[] before = g.toFloats();
    for (ParameterSpec spec : LAYOUT.specs()) {
      if (!spec.role().trainable()) {
        continue;
      }
      int rows = spec.shape().rank() == 1 ? 1 : spec.shape().axis(0);
      int length = spec.size() / rows;
      for (int r = 0; r < rows; r++) {
        int from = spec.offset() + r * length;
        double bound = 0.1 * norm(weights, from, from + length);
        double expected = Math.min(bound, norm(before, from, from + length));
        assertThat(norm(once, from, from + length)).isEqualTo(expected, offset(1e-5 * expected));
      }
    }
    Tensor again = Tensor.zeros(g.shape());
    again.set(once);
    AdaptiveGradientClipping.clip(again, w, LAYOUT, 0.1, 1e-3, false, false);
    assertThat(again.toFloats()).containsExactly(once, offset(1e-7f));
  }

  @Test
  void infinityKeepsEveryBit() {
    assertThat(clip(Double.POSITIVE_INFINITY, false, false)).isEqualTo(g.toFloats());
    assertThat(clip(1e9, false, false)).isEqualTo(g.toFloats());
    assertThat(clip(0.1, false, false)).isNotEqualTo(g.toFloats());
  }

  @Test
  void leavesOutTheLastLayerOrBiases() {
    float[] before = g.toFloats();
    float[] withoutLast = clip(0.01, true, false);
    assertThat(part(withoutLast, "f.weight")).isEqualTo(part(before, "f.weight"));
    assertThat(part(withoutLast, "f.bias")).isEqualTo(part(before, "f.bias"));
    assertThat(part(withoutLast, "c.bias")).isNotEqualTo(part(before, "c.bias"));
    float[] withoutBiases = clip(0.01, false, true);
    assertThat(part(withoutBiases, "c.bias")).isEqualTo(part(before, "c.bias"));
    assertThat(part(withoutBiases, "f.bias")).isEqualTo(part(before, "f.bias"));
    assertThat(part(withoutBiases, "c.gain")).isNotEqualTo(part(before, "c.gain"));
    assertThat(part(withoutBiases, "f.weight")).isNotEqualTo(part(before, "f.weight"));
  }

  @Test
  void refusesALambdaThatMeansNothing() {
    assertThatThrownBy(() -> clip(0, false, false)).hasMessageContaining("infinity");
    assertThatThrownBy(() -> clip(Double.NaN, false, false)).hasMessageContaining("lambda");
  }

  @Test
  void aProximalTermOfNothingKeepsEveryBit() {
    Tensor copy = Tensor.zeros(g.shape());
    float[] values = g.toFloats();
    values[0] = -0f;
    copy.set(values);
    Proximal.addGradient(0, w, g, copy);
    Proximal.addUnsquaredGradient(0, w, g, copy);
    Proximal.addUnsquaredGradient(0.5, w, w, copy);
    float[] after = copy.toFloats();
    assertThat(after).isEqualTo(values);
    assertThat(Float.floatToRawIntBits(after[0])).isEqualTo(Float.floatToRawIntBits(-0f));
  }
}
