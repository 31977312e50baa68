package dev.tributary.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterSubset;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of the catalogue must keep to; a new entry gets all of it. */
class ContractTest {
  private static final int BATCH = 8;
  private static final Map<String, LocalTrainer> TRAINERS = new HashMap<>();

  static Stream<FederatedAlgorithm> algorithms() {
    return AlgorithmCatalog.entries().stream().map(e -> Toy.algorithm(e.id(), Map.of()));
  }

  @AfterAll
  static void close() {
    TRAINERS.values().forEach(LocalTrainer::close);
  }

  private static LocalTrainer trainer(FederatedAlgorithm algorithm) {
    return TRAINERS.computeIfAbsent(
        algorithm.filling().toString(),
        _ ->
            new LocalTrainer(
                Toy.convolutional(algorithm.filling()), Toy.engine(), Toy.options(2, BATCH)));
  }

  private static Model model(FederatedAlgorithm algorithm) {
    return trainer(algorithm).model();
  }

  private static ParameterVector initial(FederatedAlgorithm algorithm) {
    return model(algorithm).initial(Seeds.root(3));
  }

  private static LocalTraining on(FederatedAlgorithm algorithm, int domain) {
    return (start, hook) ->
        trainer(algorithm).train(start, new Toy.Domain(domain, 20), Seeds.root(4), hook);
  }

  private static TrainingResult train(FederatedAlgorithm algorithm, int round, int domain) {
    return algorithm.train(new ClientRound(round, initial(algorithm), on(algorithm, domain)));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void goesByItsNameInTheCatalogue(FederatedAlgorithm algorithm) {
    assertThat(AlgorithmCatalog.entries())
        .filteredOn(e -> e.create().apply(MapSettings.empty()).id().equals(algorithm.id()))
        .extracting(Entry::id)
        .containsExactly(algorithm.id());
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void theSameCallGivesTheSameBitsWhateverCameBetween(FederatedAlgorithm algorithm) {
    TrainingResult first = train(algorithm, 2, 0);
    TrainingResult other = train(algorithm, 3, 1);
    TrainingResult again = train(algorithm, 2, 0);

    assertThat(again).isEqualTo(first);
    assertThat(other.weights()).isNotEqualTo(first.weights());
    assertThat(first.weights()).isNotEqualTo(initial(algorithm));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void leavesTheStartOfTheTrainingAsItWas(FederatedAlgorithm algorithm) {
    ParameterVector start = initial(algorithm);
    float[] before = start.toArray();
    int[] steps = new int[1];
    algorithm.train(
        new ClientRound(
            2,
            start,
            (from, hook) -> {
              assertThat(from).isEqualTo(start);
              return on(algorithm, 0).run(from, watched(hook, start, steps));
            }));

    assertThat(start.toArray()).isEqualTo(before);
    // 20 examples in batches of 8, twice.
    assertThat(steps[0]).isEqualTo(6);
  }

  /** The algorithm's hook, between looks at the tensor that it must leave alone. */
  private static StepHook watched(StepHook hook, ParameterVector start, int[] steps) {
    float[] trainable = new float[start.layout().trainableSize()];
    System.arraycopy(start.toArray(), 0, trainable, 0, trainable.length);
    return new StepHook() {
      @Override
      public void afterBackward(Step step) {
        float[] weights = step.weights().toFloats();
        hook.afterBackward(step);
        assertThat(step.start().toFloats()).isEqualTo(trainable);
        assertThat(step.weights().toFloats()).as("weights before the update").isEqualTo(weights);
      }

      @Override
      public void afterUpdate(Step step) {
        hook.afterUpdate(step);
        assertThat(step.start().toFloats()).isEqualTo(trainable);
        steps[0]++;
      }
    };
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void trainsExactlyOnceAndReportsWhatTheTrainingGave(FederatedAlgorithm algorithm) {
    int[] calls = new int[1];
    TrainingResult given = new TrainingResult(initial(algorithm), 17, 34, 6, 1.25);
    TrainingResult result =
        algorithm.train(
            new ClientRound(
                1,
                initial(algorithm),
                (_, _) -> {
                  calls[0]++;
                  return given;
                }));

    assertThat(calls[0]).isEqualTo(1);
    assertThat(result).isEqualTo(given);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void noChangeAtAnyClientLeavesTheSharedWeightsToTheBit(FederatedAlgorithm algorithm) {
    ParameterVector weights = shared(algorithm).gather(initial(algorithm));

    assertThat(algorithm.aggregate(weights, ParameterVector.zeros(weights.layout())))
        .isEqualTo(weights);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void addsTheMeanDelta(FederatedAlgorithm algorithm) {
    ParameterVector weights = shared(algorithm).gather(initial(algorithm));
    ParameterVector delta = noise(weights);
    float[] weightsBefore = weights.toArray();
    float[] deltaBefore = delta.toArray();
    float[] expected = new float[weights.size()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = weightsBefore[i] + deltaBefore[i];
    }

    ParameterVector next = algorithm.aggregate(weights, delta);

    assertThat(next.toArray()).isEqualTo(expected);
    assertThat(next.layout()).isEqualTo(weights.layout());
    assertThat(algorithm.aggregate(weights, delta)).as("a second time").isEqualTo(next);
    assertThat(weights.toArray()).isEqualTo(weightsBefore);
    assertThat(delta.toArray()).isEqualTo(deltaBefore);
  }

  private static ParameterVector noise(ParameterVector like) {
    RandomStream random = Seeds.root(5).stream();
    float[] values = new float[like.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return ParameterVector.of(like.layout(), values);
  }

  private static ParameterSubset shared(FederatedAlgorithm algorithm) {
    return model(algorithm).layout().select(algorithm.sharedRoles());
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyClientCounts(FederatedAlgorithm algorithm) {
    for (int n : List.of(1, 2, 743, Integer.MAX_VALUE)) {
      assertThat(algorithm.weight(n)).as("weight of %d examples", n).isPositive().isFinite();
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void countsClientsByTheirExamplesOrAllTheSame(FederatedAlgorithm algorithm) {
    Entry<FederatedAlgorithm> entry = entry(algorithm);
    if (entry.keys().contains("weighting")) {
      FederatedAlgorithm uniform = Toy.algorithm(entry.id(), Map.of("weighting", "uniform"));
      FederatedAlgorithm examples = Toy.algorithm(entry.id(), Map.of("weighting", "examples"));
      assertThat(uniform.weight(100)).isEqualTo(uniform.weight(300));
      assertThat(examples.weight(300) / examples.weight(100)).isEqualTo(3);
      assertThat(algorithm).as("the default").isEqualTo(examples);
    } else {
      assertThat(algorithm.weight(100)).isEqualTo(algorithm.weight(300));
    }
  }

  private static Entry<FederatedAlgorithm> entry(FederatedAlgorithm algorithm) {
    return AlgorithmCatalog.entries().stream()
        .filter(e -> e.id().equals(algorithm.id()))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void sharedRolesAreTheSameOnEveryCall(FederatedAlgorithm algorithm) {
    assertThat(algorithm.sharedRoles()).isEqualTo(algorithm.sharedRoles());
    assertThat(algorithm.filling()).isEqualTo(algorithm.filling());
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void learns(FederatedAlgorithm algorithm) {
    ParameterVector start = initial(algorithm);
    ParameterVector trained = start;
    for (int round = 1; round <= 4; round++) {
      trained = algorithm.train(new ClientRound(round, trained, on(algorithm, 0))).weights();
    }
    Toy.Domain unseen = new Toy.Domain(0, 60);

    assertThat(trained.firstNonFinite()).isEqualTo(-1);
    assertThat(trainer(algorithm).evaluate(trained, unseen).meanLoss())
        .isLessThan(0.7 * trainer(algorithm).evaluate(start, unseen).meanLoss());
  }
}
