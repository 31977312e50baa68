package dev.tributary.algorithms.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.FixedStep;
import dev.tributary.algorithms.Toy;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReDoTest {
  private static final Map<String, Object> DEAD_ONES = Map.of("tau", 0.0, "every", 1);

  /** The weights after a step of a learner that has taken so many before. */
  private static float[] after(
      Model model, Map<String, Object> settings, float[] weights, long steps) {
    try (FixedStep step = FixedStep.at(model.layout(), 0, weights);
        PlasticityHook hook =
            Trainings.method("redo", settings).hook(Trainings.start(model, steps))) {
      hook.afterUpdate(step);
      return step.weights().toFloats();
    }
  }

  /** Where two vectors differ. */
  private static BitSet differences(float[] a, float[] b) {
    BitSet places = new BitSet();
    for (int i = 0; i < a.length; i++) {
      places.set(i, a[i] != b[i]);
    }
    return places;
  }

  /** Initial weights under which every unit answers to every image. */
  private static float[] alive(Model model) {
    float[] weights = Trainings.initial(model).toArray();
    float drive = 5;
    for (ParameterSpec spec : model.layout().specs()) {
      if (spec.role() == Role.NORM_SHIFT) {
        Arrays.fill(weights, spec.offset(), spec.end(), 100);
      } else if (spec.role() == Role.BIAS) {
        Arrays.fill(weights, spec.offset(), spec.end(), drive);
        // A layer must outdo what its random weights make of the one before.
        drive *= 10;
      }
    }
    return weights;
  }

  private static void kill(float[] weights, ParameterLayout layout, String layer, int unit) {
    weights[layout.spec(layer + ".bias").offset() + unit] = -1e6f;
  }

  @Test
  void beginsADeadUnitAnewAndChangesNoOutput() {
    Model model =
        Toy.model(
            ModelFilling.BATCH_NORM,
            Map.of("name", "mlp", "normalization", "none", "hidden", List.of(6, 5)));
    ParameterLayout layout = model.layout();
    float[] before = alive(model);
    kill(before, layout, "fc1", 2);
    float[] after = after(model, DEAD_ONES, before, 0);
    ParameterSpec in = layout.spec("fc1.weight");
    ParameterSpec out = layout.spec("fc2.weight");
    int inputs = in.shape().axis(1);
    BitSet expected = new BitSet();
    expected.set(in.offset() + 2 * inputs, in.offset() + 3 * inputs);
    expected.set(layout.spec("fc1.bias").offset() + 2);
    for (int row = 0; row < 5; row++) {
      int place = out.offset() + row * 6 + 2;
      expected.set(place);
      assertThat(after[place]).isZero();
    }

    assertThat(differences(before, after)).isEqualTo(expected);
    double bound = 1 / Math.sqrt(inputs);
    for (int i = in.offset() + 2 * inputs; i < in.offset() + 3 * inputs; i++) {
      assertThat(Math.abs(after[i])).isLessThanOrEqualTo((float) bound);
    }
    assertThat(Trainings.logits(model, ParameterVector.of(layout, after)))
        .containsExactly(
            Trainings.logits(model, ParameterVector.of(layout, before)), offset(1e-6f));
    assertThat(after).isEqualTo(after(model, DEAD_ONES, before, 0));
    assertThat(after).isNotEqualTo(after(model, DEAD_ONES, before, 1));
  }

  @Test
  void aChannelsPlacesAreItsInputsInADenseLayer() {
    ParameterLayout layout = Trainings.PLAIN.layout();
    float[] before = alive(Trainings.PLAIN);
    kill(before, layout, "conv3", 7);
    float[] after = after(Trainings.PLAIN, DEAD_ONES, before, 0);
    ParameterSpec out = layout.spec("fc1.weight");
    // 32 channels of 2 x 2 places.
    assertThat(out.shape().axis(1)).isEqualTo(128);
    for (int i = out.offset(); i < out.end(); i++) {
      int column = (i - out.offset()) % 128;
      assertThat(after[i]).isEqualTo(column / 4 == 7 ? 0 : before[i]);
    }
  }

  @Test
  void resetsScaleAndShiftOfTheNormalisation() {
    ParameterLayout layout = Trainings.NORMALIZED.layout();
    float[] before = alive(Trainings.NORMALIZED);
    ParameterSpec scale = layout.spec("norm2.scale");
    ParameterSpec shift = layout.spec("norm2.shift");
    Arrays.fill(before, scale.offset(), scale.end(), 2);
    before[shift.offset() + 4] = -1e6f;
    float[] after = after(Trainings.NORMALIZED, DEAD_ONES, before, 0);

    assertThat(after[scale.offset() + 4]).isEqualTo(1);
    assertThat(after[scale.offset() + 5]).isEqualTo(2);
    assertThat(after[shift.offset() + 4]).isZero();
    ParameterSpec next = layout.spec("conv3.weight");
    int window = 25;
    for (int i = next.offset(); i < next.end(); i++) {
      boolean outgoing = (i - next.offset()) / window % 16 == 4;
      assertThat(after[i]).isEqualTo(outgoing ? 0 : before[i]);
    }
  }

  @Test
  void tauDecidesAndKCountsOn() {
    float[] weights = alive(Trainings.PLAIN);

    assertThat(after(Trainings.PLAIN, Map.of("tau", 1e-9, "every", 1), weights, 0))
        .isEqualTo(weights);
    assertThat(after(Trainings.PLAIN, Map.of("tau", 1.0, "every", 10), weights, 8))
        .isEqualTo(weights);
    assertThat(after(Trainings.PLAIN, Map.of("tau", 1.0, "every", 10), weights, 9))
        .isNotEqualTo(weights);
  }
}
