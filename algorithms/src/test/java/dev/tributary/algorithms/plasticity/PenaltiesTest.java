package dev.tributary.algorithms.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.FixedStep;
import dev.tributary.algorithms.Toy;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What penalties add to a gradient of zeros, and what shrinking and perturbing makes of weights.
 */
class PenaltiesTest {
  private static final Model TWO_WEIGHTS = new Model("two", 1, List.of(new Dense("fc1", 1, 1)));

  private static float[] added(String id, double coefficient) {
    PlasticityStart start =
        new PlasticityStart(
            TWO_WEIGHTS,
            Toy.engine(),
            ParameterVector.of(TWO_WEIGHTS.layout(), 3, -1),
            Trainings.DATA,
            Seeds.root(1),
            0);
    try (FixedStep step = FixedStep.at(TWO_WEIGHTS.layout(), 0, 1, 2);
        PlasticityHook hook =
            Trainings.method(id, Map.of("coefficient", coefficient)).hook(start)) {
      assertThat(hook.needsGradient(0, 0)).isTrue();
      hook.afterBackward(step);
      hook.afterUpdate(step);
      assertThat(step.weights().toFloats()).containsExactly(1, 2);
      return step.gradient().toFloats();
    }
  }

  @Test
  void l2PullsTowardsZero() {
    assertThat(added("l2", 0.1)).containsExactly(new float[] {0.1f, 0.2f}, offset(1e-8f));
  }

  @Test
  void regenerativePullsTowardsTheInitialWeights() {
    assertThat(added("regenerative", 0.1))
        .containsExactly(new float[] {-0.2f, 0.3f}, offset(1e-7f));
  }

  @Test
  void shrinkingAloneScalesWhatGradientsMove() {
    Model model = Toy.convolutional(ModelFilling.BATCH_NORM);
    ParameterVector weights = Trainings.initial(model);
    ParameterVector shrunk =
        Trainings.method("shrink-perturb", Map.of("shrink", 0.5, "perturb", 0.0))
            .beginTask(weights, Trainings.start(model, 0));
    int trainable = model.layout().trainableSize();

    assertThat(trainable).isLessThan(weights.size());
    for (int i = 0; i < weights.size(); i++) {
      assertThat(shrunk.get(i)).isEqualTo(i < trainable ? 0.5f * weights.get(i) : weights.get(i));
    }
  }

  @Test
  void perturbingAddsAShareOfAFreshNetwork() {
    Model model = Trainings.NORMALIZED;
    PlasticityStart start = Trainings.start(model, 0);
    ParameterVector weights = Trainings.initial(model);
    PlasticityMethod method =
        Trainings.method("shrink-perturb", Map.of("shrink", 1.0, "perturb", 0.25));
    float[] noise = method.beginTask(weights, start).minus(weights).toArray();
    var spec = model.layout().spec("fc1.weight");
    var scale = model.layout().spec("norm1.scale");
    double bound = 0.25 / Math.sqrt(spec.shape().axis(1));
    double squares = 0;
    for (int i = spec.offset(); i < spec.end(); i++) {
      assertThat(Math.abs(noise[i])).isLessThanOrEqualTo((float) bound + 1e-6f);
      squares += (double) noise[i] * noise[i];
    }

    // A uniform number in [-b, b) has the variance b^2/3.
    assertThat(squares / spec.size()).isEqualTo(bound * bound / 3, offset(0.05 * bound * bound));
    assertThat(noise[scale.offset()]).isEqualTo(0.25f, offset(1e-6f));
    assertThat(method.beginTask(weights, start)).isEqualTo(method.beginTask(weights, start));
  }

  @Test
  void notAtATasksBeginningUnlessAsked() {
    ParameterVector weights = Trainings.initial(Trainings.NORMALIZED);

    assertThat(
            Trainings.method("shrink-perturb", Map.of("at-task-start", false))
                .beginTask(weights, Trainings.start(Trainings.NORMALIZED, 0)))
        .isSameAs(weights);
  }
}
