package dev.tributary.algorithms.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.FixedStep;
import dev.tributary.algorithms.Toy;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.TrainingResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FedProxTest {
  private static final Map<String, Object> STRONG = Map.of("mu", 1.0);

  private static FederatedAlgorithm fedProx(Map<String, Object> settings) {
    return Toy.algorithm("fedprox", settings);
  }

  /** What the method adds to a gradient of zeros at w = (1, 2), where w was (0, 0) at the start. */
  private static float[] added(Map<String, Object> settings, int round, int batch) {
    ParameterLayout layout = ParameterLayout.builder().add("w", Role.WEIGHT, Shape.of(2)).build();
    try (FixedStep step = FixedStep.at(layout, batch, 1, 2)) {
      fedProx(settings)
          .train(
              new ClientRound(
                  round,
                  ParameterVector.zeros(layout),
                  (start, hook) -> {
                    if (hook.needsGradient(step.epoch(), step.batch())) {
                      hook.afterBackward(step);
                    }
                    hook.afterUpdate(step);
                    return new TrainingResult(start, 1, 1, 1, 0);
                  }));
      assertThat(step.weights().toFloats()).containsExactly(1, 2);
      assertThat(step.start().toFloats()).containsExactly(0, 0);
      return step.gradient().toFloats();
    }
  }

  @Test
  void addsMuTimesTheDistance() {
    assertThat(added(Map.of(), 1, 0)).containsExactly(new float[] {0.01f, 0.02f}, offset(1e-8f));
    assertThat(added(STRONG, 1, 0)).containsExactly(new float[] {1, 2}, offset(1e-6f));
  }

  @Test
  void plainIsHalfMuAlongTheUnitVector() {
    // mu/2 * (1, 2) / sqrt(5), with mu = 0.01.
    assertThat(added(Map.of("norm", "plain"), 1, 0))
        .containsExactly(new float[] {0.002236068f, 0.004472136f}, offset(1e-8f));
  }

  @Test
  void skipsTheFirstRoundOnlyWhenAsked() {
    Map<String, Object> skip = Map.of("mu", 1.0, "skip-first-round", true);
    assertThat(added(skip, 1, 0)).containsExactly(0, 0);
    assertThat(added(skip, 1, 3)).containsExactly(0, 0);
    assertThat(added(skip, 2, 0)).containsExactly(1, 2);
    assertThat(added(STRONG, 1, 0)).containsExactly(1, 2);
  }

  @Test
  void skipsTheFirstBatchOfEachEpochOnlyWhenAsked() {
    Map<String, Object> skip = Map.of("mu", 1.0, "skip-first-batch", true);
    assertThat(added(skip, 1, 0)).containsExactly(0, 0);
    assertThat(added(skip, 5, 0)).containsExactly(0, 0);
    assertThat(added(skip, 1, 1)).containsExactly(1, 2);
    assertThat(added(skip, 5, 7)).containsExactly(1, 2);
  }

  @Test
  void inRealTrainingTheSkippedRoundIsFedAvgAndTheNextIsNot() {
    Map<String, Object> skip = Map.of("mu", 1.0, "skip-first-round", true);
    FederatedAlgorithm fedAvg = Toy.algorithm("fedavg", Map.of());

    assertThat(trained(fedProx(skip), 1, 8)).isEqualTo(trained(fedAvg, 1, 8));
    assertThat(trained(fedProx(skip), 2, 8)).isEqualTo(trained(fedProx(STRONG), 2, 8));
    assertThat(trained(fedProx(STRONG), 1, 8)).isNotEqualTo(trained(fedAvg, 1, 8));
  }

  @Test
  void inRealTrainingSkippingTheOnlyBatchOfEachEpochIsFedAvg() {
    Map<String, Object> skip = Map.of("mu", 1.0, "skip-first-batch", true);
    FederatedAlgorithm fedAvg = Toy.algorithm("fedavg", Map.of());

    assertThat(trained(fedProx(skip), 1, 32)).isEqualTo(trained(fedAvg, 1, 32));
    assertThat(trained(fedProx(STRONG), 1, 32)).isNotEqualTo(trained(fedAvg, 1, 32));
    assertThat(trained(fedProx(skip), 1, 8))
        .isNotEqualTo(trained(fedAvg, 1, 8))
        .isNotEqualTo(trained(fedProx(STRONG), 1, 8));
  }

  @Test
  void aStrongerPullEndsNearerToTheStart() {
    ParameterVector start = Toy.convolutional(ModelFilling.BATCH_NORM).initial(Seeds.root(1));
    int trainable = start.layout().trainableSize();

    assertThat(distance(start, trained(fedProx(Map.of("mu", 5.0)), 1, 8), trainable))
        .isLessThan(0.9 * distance(start, trained(fedProx(Map.of("mu", 0.0)), 1, 8), trainable));
  }

  private static double distance(ParameterVector from, ParameterVector to, int elements) {
    double sum = 0;
    for (int i = 0; i < elements; i++) {
      double difference = (double) to.get(i) - from.get(i);
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static ParameterVector trained(FederatedAlgorithm algorithm, int round, int batch) {
    var model = Toy.convolutional(ModelFilling.BATCH_NORM);
    try (LocalTrainer trainer = new LocalTrainer(model, Toy.engine(), Toy.options(3, batch))) {
      return algorithm
          .train(
              new ClientRound(
                  round,
                  model.initial(Seeds.root(1)),
                  (start, hook) ->
                      trainer.train(start, new Toy.Domain(0, 20), Seeds.root(2), hook)))
          .weights();
    }
  }
}
