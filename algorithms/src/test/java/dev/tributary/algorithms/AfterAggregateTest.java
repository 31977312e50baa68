package dev.tributary.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.plasticity.AfterAggregate;
import dev.tributary.algorithms.plasticity.PlasticityCatalog;
import dev.tributary.algorithms.plasticity.PlasticityHook;
import dev.tributary.algorithms.plasticity.PlasticityMethod;
import dev.tributary.algorithms.plasticity.PlasticityStart;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plasticity method looks at each new average. */
class AfterAggregateTest {

  private static PlasticityMethod method(String id) {
    return PlasticityCatalog.create(MapSettings.of(Map.of("name", id)));
  }

  private static Model model(String normalization) {
    return Toy.model(
        ModelFilling.BATCH_NORM, Map.of("name", "lite-cnn", "normalization", normalization));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedavg", "fedprox", "silobn", "fedbn"})
  void withoutAMethodItIsTheAlgorithmToTheBit(String id) {
    FederatedAlgorithm own = Toy.algorithm(id, Map.of());
    ParameterVector initial = model("batch").initial(Seeds.root(1));
    ParameterVector shared = initial.layout().select(own.sharedRoles()).gather(initial);
    RandomStream random = Seeds.root(9).stream();
    float[] delta = new float[shared.layout().size()];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = random.nextFloat();
    }
    ParameterVector mean = ParameterVector.of(shared.layout(), delta);
    AfterAggregate wrapped = new AfterAggregate(own, method("none"), shared);

    assertThat(wrapped.aggregate(shared, mean).sha256())
        .isEqualTo(own.aggregate(shared, mean).sha256());
    assertThat(wrapped.id()).isEqualTo(own.id());
    assertThat(wrapped.sharedRoles()).isEqualTo(own.sharedRoles());
    assertThat(wrapped.filling()).isEqualTo(own.filling());
    assertThat(wrapped.weight(17)).isEqualTo(own.weight(17));
  }

  /**
   * Two clients drift apart, so the mean of their weights is shorter than each; with FedBN the
   * server sees no normalisation layer at all.
   */
  @ParameterizedTest
  @CsvSource({"fedavg, layer", "fedbn, batch"})
  void napKeepsTheInitialNormsOfTheAverage(String id, String normalization) {
    Model model = model(normalization);
    ParameterVector initial = model.initial(Seeds.root(1));
    FederatedAlgorithm own = Toy.algorithm(id, Map.of());
    PlasticityMethod nap = method("nap");
    ParameterVector shared = initial.layout().select(own.sharedRoles()).gather(initial);

    assertThat(drifts(model, initial, own, nap))
        .as("shrinks where nobody looks at the average")
        .allSatisfy(drift -> assertThat(drift).isLessThan(-1e-4));
    assertThat(drifts(model, initial, new AfterAggregate(own, nap, shared), nap))
        .hasSize(3)
        .allSatisfy(drift -> assertThat(Math.abs(drift)).isLessThan(1e-5));
  }

  /** By round: the relative change of norm of the hidden weight that has changed most. */
  private static List<Double> drifts(
      Model model, ParameterVector initial, FederatedAlgorithm algorithm, PlasticityMethod nap) {
    List<Double> drifts = new ArrayList<>();
    TinyFederation federation = new TinyFederation(algorithm, initial, 2);
    try (LocalTrainer trainer = new LocalTrainer(model, Toy.engine(), Toy.options(2, 8))) {
      for (int round = 1; round <= 3; round++) {
        List<LocalTraining> trainings = new ArrayList<>();
        for (int client = 0; client < 2; client++) {
          Toy.Domain data = new Toy.Domain(client, 24);
          Seeds seeds = Seeds.root(2).child("round", round).child("client", client);
          PlasticityStart start =
              new PlasticityStart(model, Toy.engine(), initial, data, seeds, (round - 1) * 6L);
          trainings.add(
              (from, hook) -> {
                try (PlasticityHook mine = nap.hook(start)) {
                  return trainer.train(from, data, seeds, StepHooks.both(hook, mine));
                }
              });
        }
        federation.round(trainings);
        drifts.add(drift(federation.model(0), initial));
      }
    }
    return drifts;
  }

  private static double drift(ParameterVector weights, ParameterVector initial) {
    List<ParameterSpec> all =
        initial.layout().specs().stream().filter(s -> s.role() == Role.WEIGHT).toList();
    double most = 0;
    for (ParameterSpec hidden : all.subList(0, all.size() - 1)) {
      double drift = norm(weights, hidden) / norm(initial, hidden) - 1;
      most = Math.abs(drift) > Math.abs(most) ? drift : most;
    }
    return most;
  }

  private static double norm(ParameterVector vector, ParameterSpec spec) {
    double sum = 0;
    for (int i = spec.offset(); i < spec.end(); i++) {
      sum += (double) vector.get(i) * vector.get(i);
    }
    return Math.sqrt(sum);
  }
}
