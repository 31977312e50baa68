package dev.tributary.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogTest {
  private static final Shape DIGIT = Shape.of(3, 28, 28);

  private static Model model(Object... settings) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put((String) settings[i], settings[i + 1]);
    }
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(map)), ModelFilling.BATCH_NORM, DIGIT, 10);
  }

  /** Counted by hand from the published shapes. */
  @ParameterizedTest
  @CsvSource({
    "digit-cnn, batch, plain, 14219210, 5632",
    "digit-cnn, none, plain, 14213578, 0",
    "digit-cnn, none, weight-standardized, 14213834, 0",
    "digit-cnn, group, plain, 14219210, 0",
    "digit-cnn, layer, plain, 14219210, 0",
    "lite-cnn, none, plain, 282458, 0",
    "lite-cnn, none, weight-standardized, 282522, 0",
    "lite-cnn, batch, plain, 283034, 576",
    "lenet, none, plain, 62006, 0",
    "logistic, none, plain, 23530, 0",
    "mlp, none, plain, 512810, 0"
  })
  void parameterCounts(String name, String norm, String conv, int trainable, int statistics) {
    Model model = model("name", name, "normalization", norm, "convolution", conv);
    assertThat(model.layout().trainableSize()).isEqualTo(trainable);
    assertThat(model.layout().size()).isEqualTo(trainable + statistics);
    assertThat(model.describe()).contains(String.format(Locale.ROOT, "%,d", trainable));
  }

  @Test
  void everyNameBuilds() {
    for (String name : ModelCatalog.names()) {
      ModelOptions options = ModelOptions.from(MapSettings.of(Map.of("name", name)));
      Shape large = Shape.of(3, 64, 64);
      Model model = ModelCatalog.build(options, ModelFilling.BATCH_NORM, large, 10);
      assertThat(model.classes()).isEqualTo(10);
      assertThat(ModelCatalog.summary(name)).isNotEmpty();
    }
  }

  @Test
  void everyFillingFitsEveryModel() {
    for (String name : ModelCatalog.names()) {
      ModelOptions options = ModelOptions.from(MapSettings.of(Map.of("name", name))).withTasks(3);
      Set<NormalizationKind> overBatches =
          Set.of(
              NormalizationKind.BATCH,
              NormalizationKind.CONTINUAL,
              NormalizationKind.ADAB2N,
              NormalizationKind.L1_BATCH);
      for (NormalizationKind normalization : NormalizationKind.values()) {
        for (ConvolutionKind convolution : ConvolutionKind.values()) {
          ModelFilling filling = new ModelFilling(normalization, convolution, true);
          Model model = ModelCatalog.build(options, filling, Shape.of(3, 64, 64), 10);
          assertThat(model.layout().roles().contains(Role.NORM_SCALE))
              .as("%s, %s", name, normalization)
              .isEqualTo(normalization != NormalizationKind.NONE && !name.equals("logistic"));
          assertThat(model.batchNormalized())
              .isEqualTo(overBatches.contains(normalization) && !name.equals("logistic"));
        }
      }
    }
  }

  @Test
  void initialValuesFollowFanInAndDependOnNameAndSeedAlone() {
    Model plain = model("normalization", "none");
    Model normed = model("normalization", "batch");
    ParameterVector a = plain.initial(Seeds.root(3));
    ParameterVector b = normed.initial(Seeds.root(3));
    ParameterSpec weight = plain.layout().spec("conv2.weight");
    float[] values = a.toArray(weight);
    assertThat(values).isEqualTo(b.toArray(normed.layout().spec("conv2.weight")));
    assertThat(plain.initial(Seeds.root(3))).isEqualTo(a);
    assertThat(plain.initial(Seeds.root(4))).isNotEqualTo(a);
    double bound = 1 / Math.sqrt(16 * 25);
    double squares = 0;
    for (float v : values) {
      assertThat((double) v).isBetween(-bound, bound);
      squares += v * v;
    }
    // A uniform's deviation is bound / sqrt(3); 6400 draws come within 3 % of it.
    assertThat(Math.sqrt(squares / values.length))
        .isBetween(0.97 * bound / Math.sqrt(3), 1.03 * bound / Math.sqrt(3));
    assertThat(b.toArray(normed.layout().spec("norm1.scale"))).containsOnly(1f);
    assertThat(b.toArray(normed.layout().spec("norm1.shift"))).containsOnly(0f);
    assertThat(b.toArray(normed.layout().spec("norm1.running-mean"))).containsOnly(0f);
    assertThat(b.toArray(normed.layout().spec("norm1.running-var"))).containsOnly(1f);
  }

  @Test
  void autoTakesWhatTheAlgorithmWants() {
    ModelFilling won =
        new ModelFilling(NormalizationKind.NONE, ConvolutionKind.WEIGHT_STANDARDIZED, false);
    Model model = ModelCatalog.build(ModelOptions.from(MapSettings.empty()), won, DIGIT, 10);
    assertThat(model.layout().roles()).containsExactlyInAnyOrder(Role.WEIGHT, Role.BIAS, Role.GAIN);
    assertThat(model.batchNormalized()).isFalse();
    Model forced =
        ModelCatalog.build(
            ModelOptions.from(MapSettings.of(Map.of("normalization", "batch"))), won, DIGIT, 10);
    assertThat(forced.batchNormalized()).isTrue();
    assertThat(forced.layout().roles()).contains(Role.GAIN, Role.NORM_RUNNING_VAR);
  }

  @Test
  void errorsNameTheWayOut() {
    assertThatThrownBy(() -> model("name", "resnet"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("lite-cnn")
        .hasMessageContaining("resnet");
    assertThatThrownBy(() -> model("normalization", "group", "groups", 5))
        .hasMessageContaining("norm1")
        .hasMessageContaining("16")
        .hasMessageContaining("divisor");
    assertThatThrownBy(() -> model("dropout", 1.0)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> model("normalization", "bacth")).hasMessageContaining("batch");
    assertThatThrownBy(() -> model("name", "mlp", "hidden", List.of("x")))
        .hasMessageContaining("hidden");
    assertThatThrownBy(
            () ->
                ModelCatalog.build(
                    ModelOptions.from(MapSettings.empty()),
                    ModelFilling.BATCH_NORM,
                    Shape.of(60),
                    10))
        .hasMessageContaining("conv1")
        .hasMessageContaining("mlp");
  }
}
