package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.nn.AlphaBatchNorm;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.nn.SourceWeight;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TestTimeNetworkTest {
  private static final SourceWeight HALF = SourceWeight.fixed(0.5);

  private static Model model(String name) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(Map.of("name", name))),
        ModelFilling.BATCH_NORM,
        Shape.of(3, 8, 8),
        4);
  }

  @Test
  void theModelForTestTimeIsMixedWithoutDropoutAndHasTheSameLayout() {
    Model dropping = model("cnn-dropout");
    assertThat(dropping.layers()).hasAtLeastOneElementOfType(Dropout.class);
    Model mixed = dropping.adaptable(HALF, true, true);
    assertThat(mixed.layout()).isEqualTo(dropping.layout());
    assertThat(mixed.initial(Seeds.root(1))).isEqualTo(dropping.initial(Seeds.root(1)));
    assertThat(mixed.layers()).doesNotHaveAnyElementsOfTypes(Dropout.class);
    assertThat(mixed.layers())
        .filteredOn(AlphaBatchNorm.class::isInstance)
        .isNotEmpty()
        .allSatisfy(
            layer ->
                assertThat(layer)
                    .isEqualTo(
                        new AlphaBatchNorm(((AlphaBatchNorm) layer).source(), HALF, true, true)));
    assertThat(mixed.batchNormalized()).isFalse();
    Model residual = model("resnet-20").adaptable(HALF, false, false);
    assertThat(residual.batchNormalized()).isFalse();
    assertThat(residual.layers())
        .filteredOn(Residual.class::isInstance)
        .hasSize(9)
        .allSatisfy(
            layer ->
                assertThat(((Residual) layer).branch())
                    .filteredOn(AlphaBatchNorm.class::isInstance)
                    .hasSize(2));
  }

  @Test
  void stepsWantAModelForTestTime() {
    Model model = model("lite-cnn");
    TestTimeNetwork.Descent descent =
        new TestTimeNetwork.Descent((z, n, k, g) -> 0, OptimizerOptions.adam(0.1));
    assertThatThrownBy(() -> new TestTimeNetwork(model, Engine.create(), 2, descent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lite-cnn")
        .hasMessageContaining("Model.adaptable");
  }

  /** Adam's first step is the rate, whatever the size of the gradient: here of a sum of logits. */
  @Test
  void aStepMovesScaleAndShiftByTheRate() {
    Model model = model("lite-cnn").adaptable(HALF, false, false);
    ParameterVector source = model.initial(Seeds.root(1));
    TestTimeNetwork.Descent descent =
        new TestTimeNetwork.Descent(
            (z, n, k, g) -> {
              Arrays.setAll(g, i -> i % k == 0 ? 1 : -1);
              return 0;
            },
            OptimizerOptions.adam(0.125));
    float[] features = new float[2 * model.input().size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) Math.sin(i * i);
    }
    try (TestTimeNetwork network = new TestTimeNetwork(model, Engine.create(), 2, descent)) {
      network.load(source);
      double[] first = network.predict(features, 2);
      ParameterVector moved = network.save();
      int steps = 0;
      for (int i = 0; i < source.size(); i++) {
        float by = Math.abs(moved.get(i) - source.get(i));
        assertThat(by).isLessThan(0.1251f);
        steps += by > 0.1249f ? 1 : 0;
      }
      int affine = 0;
      for (var spec : model.layout().specs()) {
        affine += spec.role().name().matches("NORM_SCALE|NORM_SHIFT") ? spec.size() : 0;
      }
      // A dead ReLU's have none.
      assertThat(steps).isBetween(affine / 2, affine);
      assertThat(network.predict(features, 2)).isNotEqualTo(first);
    }
  }
}
