package dev.tributary.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.model.ConvolutionKind;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.TrainingResult;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods that must agree to the bit where their definitions do, over two rounds of two clients
 * with unequal data, by the engine's own training; each beside a case where they must not.
 */
class IdentitiesTest {
  private static final List<Toy.Domain> DATA =
      List.of(new Toy.Domain(0, 20), new Toy.Domain(1, 12));
  private static final LocalOptions OPTIONS = Toy.options(2, 8);
  private static final ModelFilling BATCH = ModelFilling.BATCH_NORM;
  private static final Map<String, Object> WITHOUT_NORMALIZATION =
      Map.of("name", "lite-cnn", "normalization", "none");
  private static final Map<String, Object> STANDARDIZED =
      Map.of(
          "name", "lite-cnn",
          "normalization", "none",
          "convolution", "weight-standardized",
          "activation-gain", "on");

  private static List<ParameterVector> train(
      String algorithm, Map<String, Object> settings, Model model) {
    return TinyFederation.train(Toy.algorithm(algorithm, settings), model, OPTIONS, 2, DATA);
  }

  private static List<ParameterVector> train(String algorithm, Model model) {
    return train(algorithm, Map.of(), model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"squared", "plain"})
  void fedProxWithoutItsTermIsFedAvg(String norm) {
    Model model = Toy.convolutional(BATCH);
    List<ParameterVector> fedAvg = train("fedavg", model);

    assertThat(train("fedprox", Map.of("mu", 0.0, "norm", norm), model)).isEqualTo(fedAvg);
    assertThat(train("fedprox", Map.of("mu", 0.1, "norm", norm), model)).isNotEqualTo(fedAvg);
  }

  @Test
  void fedWonWithoutClippingIsFedAvgOnTheSameModel() {
    FederatedAlgorithm unclipped =
        Toy.algorithm("fedwon", Map.of("clip", Double.POSITIVE_INFINITY));
    Model asked = Toy.convolutional(unclipped.filling());
    Model forced = Toy.model(BATCH, STANDARDIZED);
    List<ParameterVector> fedAvg = train("fedavg", forced);

    assertThat(asked.describe()).isEqualTo(forced.describe());
    assertThat(TinyFederation.train(unclipped, asked, OPTIONS, 2, DATA)).isEqualTo(fedAvg);
    assertThat(train("fedwon", Map.of("clip", 0.01), asked)).isNotEqualTo(fedAvg);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedbn", "silobn"})
  void withoutNormalizationLocalStatisticsAreFedAvg(String algorithm) {
    Model plain = Toy.model(BATCH, WITHOUT_NORMALIZATION);

    assertThat(train(algorithm, plain)).isEqualTo(train("fedavg", plain));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedbn", "silobn"})
  void withBatchNormalizationTheyAreNot(String algorithm) {
    Model batch = Toy.convolutional(BATCH);

    assertThat(train(algorithm, batch)).isNotEqualTo(train("fedavg", batch));
  }

  @Test
  void fedBnMovesNoTensorOfANormalizationLayer() {
    check(
        "fedbn",
        EnumSet.of(
            Role.NORM_SCALE, Role.NORM_SHIFT, Role.NORM_RUNNING_MEAN, Role.NORM_RUNNING_VAR));
  }

  @Test
  void siloBnMovesScaleAndShiftButNoStatistics() {
    check("silobn", EnumSet.of(Role.NORM_RUNNING_MEAN, Role.NORM_RUNNING_VAR));
  }

  @Test
  void fedAvgMovesStatisticsToo() {
    check("fedavg", EnumSet.noneOf(Role.class));
  }

  /**
   * After a round, each client has in its tensors of {@code local} roles exactly the bits that its
   * own training left there, and in all others the same as the other client.
   */
  private static void check(String id, Set<Role> local) {
    FederatedAlgorithm algorithm = Toy.algorithm(id, Map.of());
    Model model = Toy.convolutional(BATCH);
    List<ParameterVector> federated = TinyFederation.train(algorithm, model, OPTIONS, 1, DATA);
    List<ParameterVector> alone =
        TinyFederation.train(Toy.algorithm("standalone", Map.of()), model, OPTIONS, 1, DATA);
    for (ParameterSpec spec : model.layout().specs()) {
      float[] a = federated.get(0).toArray(spec);
      float[] b = federated.get(1).toArray(spec);
      if (local.contains(spec.role())) {
        assertThat(a).as("%s %s", id, spec).isEqualTo(alone.get(0).toArray(spec));
        assertThat(b).as("%s %s", id, spec).isEqualTo(alone.get(1).toArray(spec));
        assertThat(Arrays.equals(a, b)).as("%s differs", spec).isFalse();
      } else {
        assertThat(a).as("%s %s", id, spec).isEqualTo(b);
      }
    }
  }

  @Test
  void groupAndLayerNormalizationAreFedAvgOnAnotherModelAndNothingElse() {
    Model model = Toy.model(BATCH, WITHOUT_NORMALIZATION);
    for (String arm : List.of("fedavg-gn", "fedavg-ln")) {
      assertThat(train(arm, model)).as(arm).isEqualTo(train("fedavg", model));
    }
    assertThat(Toy.algorithm("fedavg", Map.of()).filling())
        .isEqualTo(filling(NormalizationKind.BATCH));
    assertThat(Toy.algorithm("fedavg-gn", Map.of()).filling())
        .isEqualTo(filling(NormalizationKind.GROUP));
    assertThat(Toy.algorithm("fedavg-ln", Map.of()).filling())
        .isEqualTo(filling(NormalizationKind.LAYER));
  }

  private static ModelFilling filling(NormalizationKind kind) {
    return new ModelFilling(kind, ConvolutionKind.PLAIN, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedprox", "silobn", "fedbn", "standalone"})
  void theseAskForBatchNormalization(String algorithm) {
    assertThat(Toy.algorithm(algorithm, Map.of()).filling())
        .isEqualTo(filling(NormalizationKind.BATCH));
  }

  @Test
  void standaloneSharesNothingAndNoClientFeelsAnother() {
    FederatedAlgorithm standalone = Toy.algorithm("standalone", Map.of());
    Model model = Toy.convolutional(BATCH);
    List<ParameterVector> both = TinyFederation.train(standalone, model, OPTIONS, 2, DATA);
    List<ParameterVector> first =
        TinyFederation.train(standalone, model, OPTIONS, 2, DATA.subList(0, 1));

    assertThat(model.layout().select(standalone.sharedRoles()).layout().size()).isZero();
    assertThat(both.getFirst()).isEqualTo(first.getFirst());
    assertThat(both.get(0)).isNotEqualTo(both.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedavg", "fedprox", "fedwon"})
  void oneClientAloneIsPlainTraining(String algorithm) {
    // With one client and one round the mean is its delta, and the sum is its model to rounding.
    FederatedAlgorithm method = Toy.algorithm(algorithm, Map.of());
    Model model = Toy.convolutional(method.filling());
    List<Toy.Domain> one = DATA.subList(0, 1);
    ParameterVector federated = TinyFederation.train(method, model, OPTIONS, 1, one).getFirst();
    ParameterVector kept = TinyFederation.train(alone(method), model, OPTIONS, 1, one).getFirst();

    assertThat(federated.minus(kept).norm()).isLessThan(1e-5 * kept.norm());
  }

  /** The same client half with nothing shared. */
  private static FederatedAlgorithm alone(FederatedAlgorithm method) {
    return new FederatedAlgorithm() {
      @Override
      public String id() {
        return method.id();
      }

      @Override
      public Set<Role> sharedRoles() {
        return Set.of();
      }

      @Override
      public TrainingResult train(ClientRound round) {
        return method.train(round);
      }

      @Override
      public double weight(int examples) {
        return 1;
      }

      @Override
      public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
        return weights;
      }
    };
  }
}
