package dev.tributary.algorithms.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.Toy;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NapTest {
  private static final Model MODEL = Trainings.NORMALIZED;
  private static final ParameterVector INITIAL = Trainings.initial(MODEL);
  private static final List<ParameterSpec> WEIGHTS =
      MODEL.layout().specs().stream().filter(s -> s.role() == Role.WEIGHT).toList();
  private static final List<ParameterSpec> HIDDEN = WEIGHTS.subList(0, WEIGHTS.size() - 1);
  private static final ParameterSpec OUTPUT = WEIGHTS.getLast();

  private static double norm(float[] values, ParameterSpec spec) {
    double sum = 0;
    for (int i = spec.offset(); i < spec.end(); i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  /** How far a tensor's norm is from its initial one, relative to that. */
  private static double drift(float[] values, ParameterSpec spec) {
    double rho = norm(INITIAL.toArray(), spec);
    return Math.abs(norm(values, spec) / rho - 1);
  }

  /** Each step's largest drift of a hidden weight. */
  private static List<Double> drifts(PlasticityMethod method, long steps) {
    List<Double> drifts = new ArrayList<>();
    Trainings.trained(
        method,
        MODEL,
        steps,
        new StepHook() {
          @Override
          public void afterUpdate(Step step) {
            float[] weights = step.weights().toFloats();
            drifts.add(HIDDEN.stream().mapToDouble(s -> drift(weights, s)).max().orElseThrow());
          }
        });
    return drifts;
  }

  @Test
  void keepsTheNormOfEveryHiddenWeightAtEveryStep() {
    assertThat(drifts(Trainings.method("nap", Map.of()), 0)).hasSize(30).allMatch(d -> d < 1e-6);
    assertThat(drifts(new NoMethod(), 0)).allMatch(d -> d > 1e-5);
  }

  @Test
  void leavesTheOutputLayerFree() {
    float[] nap = Trainings.trained(Trainings.method("nap", Map.of()), MODEL).toArray();

    assertThat(drift(nap, OUTPUT)).isGreaterThan(1e-3);
  }

  @Test
  void countsStepsOverAllTrainingsOfALearner() {
    List<Double> drifts = drifts(Trainings.method("nap", Map.of("every", 4)), 6);
    for (int i = 0; i < drifts.size(); i++) {
      int taken = 6 + i + 1;
      assertThat(drifts.get(i) < 1e-6).as("after step %s", taken).isEqualTo(taken % 4 == 0);
    }
  }

  @Test
  void theProjectionOfATrainedNetworkComputesTheSame() {
    ParameterVector trained = Trainings.trained(new NoMethod(), MODEL);
    ParameterVector projected = Trainings.method("nap", Map.of()).afterAggregate(trained, INITIAL);
    float[] logits = Trainings.logits(MODEL, trained);

    assertThat(HIDDEN).allMatch(s -> drift(trained.toArray(), s) > 1e-3);
    assertThat(Trainings.logits(MODEL, projected)).containsExactly(logits, offset(1e-3f));
  }

  @Test
  void withoutNormalisationItDoesNot() {
    ParameterVector trained = Trainings.trained(new NoMethod(), Trainings.PLAIN);
    ParameterVector projected =
        Trainings.method("nap", Map.of())
            .afterAggregate(trained, Trainings.initial(Trainings.PLAIN));
    float[] before = Trainings.logits(Trainings.PLAIN, trained);
    float[] after = Trainings.logits(Trainings.PLAIN, projected);
    double difference = 0;
    for (int i = 0; i < before.length; i++) {
      difference = Math.max(difference, Math.abs(before[i] - after[i]));
    }

    assertThat(difference).isGreaterThan(0.02);
  }

  @Test
  void anAverageOfClientsIsShortAndIsProjectedAgain() {
    float[] mean = new float[INITIAL.size()];
    for (int client = 0; client < 5; client++) {
      ParameterVector weights = MODEL.initial(Seeds.root(10 + client));
      for (int i = 0; i < mean.length; i++) {
        mean[i] += weights.get(i) / 5;
      }
    }
    float[] projected =
        Trainings.method("nap", Map.of())
            .afterAggregate(ParameterVector.of(MODEL.layout(), mean), INITIAL)
            .toArray();
    for (ParameterSpec spec : HIDDEN) {
      // Independent weights: the mean of five has 1/sqrt(5) of their norm.
      double rho = norm(INITIAL.toArray(), spec);
      assertThat(norm(mean, spec) / rho).isEqualTo(1 / Math.sqrt(5), offset(0.05));
      assertThat(drift(projected, spec)).isLessThan(1e-7);
    }
    assertThat(norm(projected, OUTPUT)).isEqualTo(norm(mean, OUTPUT));
  }

  @Test
  void projectsWhatTravelsWhereNormalisationStaysAtTheClients() {
    Set<Role> shared = EnumSet.of(Role.WEIGHT, Role.BIAS);
    var subset = MODEL.layout().select(shared);
    ParameterLayout layout = subset.layout();
    float[] doubled = subset.gather(INITIAL).toArray();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    ParameterVector projected =
        Trainings.method("nap", Map.of("affine", "joint"))
            .afterAggregate(ParameterVector.of(layout, doubled), subset.gather(INITIAL));
    ParameterSpec hidden = layout.specs().getFirst();

    assertThat(projected.toArray(hidden))
        .containsExactly(INITIAL.toArray(MODEL.layout().spec(hidden.name())), offset(1e-7f));
    assertThat(projected.toArray(layout.spec(OUTPUT.name()))[0])
        .isEqualTo(2 * INITIAL.toArray(OUTPUT)[0]);
  }

  @Test
  void jointlyProjectedScalesAndShiftsKeepTheRootOfTheWidth() {
    ParameterVector joint =
        Trainings.trained(Trainings.method("nap", Map.of("affine", "joint")), MODEL);
    ParameterVector free = Trainings.trained(Trainings.method("nap", Map.of()), MODEL);
    for (ParameterSpec scale : MODEL.layout().specs()) {
      if (scale.role() == Role.NORM_SCALE) {
        double root = Math.sqrt(scale.size());
        assertThat(affine(joint, scale)).isEqualTo(root, offset(1e-6 * root));
        assertThat(affine(free, scale)).isNotCloseTo(root, offset(1e-4 * root));
      }
    }
  }

  /** The norm of a scale and the shift of the same size behind it. */
  private static double affine(ParameterVector weights, ParameterSpec scale) {
    double sum = 0;
    for (int i = scale.offset(); i < scale.offset() + 2 * scale.size(); i++) {
      sum += (double) weights.get(i) * weights.get(i);
    }
    return Math.sqrt(sum);
  }

  @Test
  void regularisedScalesAndShiftsStayNearerToOneAndZero() {
    ParameterVector pulled =
        Trainings.trained(
            Trainings.method("nap", Map.of("affine", "regularised", "coefficient", 10.0)), MODEL);
    ParameterVector free = Trainings.trained(Trainings.method("nap", Map.of()), MODEL);

    assertThat(fromInitial(pulled)).isLessThan(0.5 * fromInitial(free));
  }

  private static double fromInitial(ParameterVector weights) {
    return MODEL
        .layout()
        .select(EnumSet.of(Role.NORM_SCALE, Role.NORM_SHIFT))
        .gather(weights.minus(INITIAL))
        .norm();
  }

  private static Model model(String name, String normalization) {
    return Toy.model(ModelFilling.BATCH_NORM, Map.of("name", name, "normalization", normalization));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn-dropout", "resnet-20"})
  void takesModelsWithANormalisationBeforeEveryNonlinearity(String name) {
    PlasticityMethod nap = Trainings.method("nap", Map.of());
    for (String normalization : List.of("batch", "group", "layer")) {
      assertThatCode(() -> nap.require(model(name, normalization))).doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> nap.require(model(name, "none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(name, "1", "set model.normalization = layer");
  }

  @Test
  void refusesDenseLayersBehindStandardisedConvolutions() {
    Model fedWon = Toy.convolutional(Toy.algorithm("fedwon", Map.of()).filling());

    assertThatThrownBy(() -> Trainings.method("nap", Map.of()).require(fedWon))
        .hasMessageContaining("fc1");
  }

  @Test
  void refusesAModelWithoutHiddenLayers() {
    assertThatThrownBy(() -> Trainings.method("nap", Map.of()).require(model("logistic", "layer")))
        .hasMessageContainingAll("logistic", "has none", "plasticity.name = none");
  }

  @Test
  void asksForLayerNormalisationWhereNothingElseSays() {
    Model asked = Toy.convolutional(Trainings.method("nap", Map.of()).filling().orElseThrow());

    assertThat(asked.layout()).isEqualTo(MODEL.layout());
    assertThat(Trainings.method("l2", Map.of()).filling()).isEmpty();
  }
}
