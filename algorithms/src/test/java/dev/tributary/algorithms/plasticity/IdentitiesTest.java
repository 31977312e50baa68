package dev.tributary.algorithms.plasticity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.Catalog;
import dev.tributary.engine.parameters.ParameterVector;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A method that does nothing by its settings is plain training to the bit; else it is not. */
class IdentitiesTest {
  private static final ParameterVector UNTOUCHED =
      Trainings.trained(new NoMethod(), Trainings.NORMALIZED);

  private static final double NEVER = Double.POSITIVE_INFINITY;

  static Stream<Arguments> methods() {
    return Stream.of(
        Arguments.of("l2", Map.of("coefficient", 0.0), Map.of()),
        Arguments.of("regenerative", Map.of("coefficient", 0.0), Map.of()),
        Arguments.of("shrink-perturb", Map.of(), Map.of("every", 10)),
        Arguments.of("shrink-perturb", Map.of("every", 31), Map.of("every", 30)),
        Arguments.of(
            "shrink-perturb",
            Map.of("every", 1, "shrink", 1.0, "perturb", 0.0),
            Map.of("every", 1, "shrink", 1.0, "perturb", 0.001)),
        Arguments.of("redo", Map.of("tau", -0.1, "every", 5), Map.of("tau", 0.5, "every", 5)),
        Arguments.of("redo", Map.of("tau", 0.5, "every", NEVER), Map.of("tau", 0.5, "every", 30)),
        Arguments.of("nap", Map.of("every", NEVER), Map.of("every", 30)),
        Arguments.of("nap", Map.of("every", NEVER, "affine", "joint"), Map.of("affine", "joint")),
        Arguments.of(
            "nap",
            Map.of("every", NEVER, "affine", "regularised", "coefficient", 0.0),
            Map.of("every", NEVER, "affine", "regularised")));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void neutralSettingsArePlainTraining(
      String id, Map<String, Object> neutral, Map<String, Object> active) {
    assertThat(Trainings.trained(Trainings.method(id, neutral), Trainings.NORMALIZED))
        .isEqualTo(UNTOUCHED);
    assertThat(Trainings.trained(Trainings.method(id, active), Trainings.NORMALIZED))
        .isNotEqualTo(UNTOUCHED)
        .isEqualTo(Trainings.trained(Trainings.method(id, active), Trainings.NORMALIZED));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void neutralSettingsNeedNoGradient(String id, Map<String, Object> neutral) {
    try (PlasticityHook hook =
        Trainings.method(id, neutral).hook(Trainings.start(Trainings.NORMALIZED, 0))) {
      assertThat(hook.needsGradient(0, 0)).isFalse();
    }
  }

  @Test
  void onlyNapTouchesAnAverageAndOnlyShrinkPerturbATasksBeginning() {
    ParameterVector initial = Trainings.initial(Trainings.NORMALIZED);
    PlasticityStart start = Trainings.start(Trainings.NORMALIZED, 0);
    for (Catalog.Entry<PlasticityMethod> entry : PlasticityCatalog.entries()) {
      PlasticityMethod method = Trainings.method(entry.id(), Map.of());
      assertThat(method.id()).isEqualTo(entry.id());
      assertThat(method.afterAggregate(UNTOUCHED, initial).equals(UNTOUCHED))
          .as(entry.id())
          .isEqualTo(!entry.id().equals("nap"));
      assertThat(method.beginTask(UNTOUCHED, start).equals(UNTOUCHED))
          .as(entry.id())
          .isEqualTo(!entry.id().equals("shrink-perturb"));
    }
  }
}
