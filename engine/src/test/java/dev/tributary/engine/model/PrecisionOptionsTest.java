package dev.tributary.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.QuantizedL1BatchNorm;
import dev.tributary.engine.nn.QuantizedLayer;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecisionOptionsTest {

  private static PrecisionOptions options(Map<String, Object> settings) {
    return PrecisionOptions.from(MapSettings.of(settings));
  }

  private static Model model(String name) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(Map.of("name", name))),
        ModelFilling.BATCH_NORM,
        Shape.of(3, 64, 64),
        10);
  }

  private static List<String> quantized(List<LayerSpec> layers) {
    List<String> names = new ArrayList<>();
    for (LayerSpec layer : layers) {
      if (layer instanceof QuantizedLayer) {
        names.add(layer.name());
      } else if (layer instanceof Residual residual) {
        names.addAll(quantized(residual.branch()));
        names.addAll(quantized(residual.shortcut()));
      }
    }
    return names;
  }

  @Test
  void everyModelKeepsItsParameters() {
    PrecisionOptions four = options(Map.of("name", "shiftquant"));
    for (String name : ModelCatalog.names()) {
      Model model = model(name);
      Model integers = four.apply(model);
      assertThat(integers.layout()).as(name).isEqualTo(model.layout());
      assertThat(integers.name()).isEqualTo(name);
    }
    Model lenet = model("lenet");
    assertThat(four.apply(lenet).initial(Seeds.root(1)).toArray())
        .containsExactly(lenet.initial(Seeds.root(1)).toArray());
  }

  @Test
  void theEndsStayAsTheyAreUnlessAskedFor() {
    Model lenet = model("lenet");
    assertThat(quantized(options(Map.of("name", "shiftquant")).apply(lenet).layers()))
        .containsExactly("conv2", "fc1", "fc2");
    assertThat(
            quantized(
                options(Map.of("name", "per-tensor", "first-last", "quantised"))
                    .apply(lenet)
                    .layers()))
        .containsExactly("conv1", "conv2", "fc1", "fc2", "fc3");
    // 19 convolutions, of which the first stays, and the two that project shortcuts.
    assertThat(quantized(options(Map.of("name", "shiftquant")).apply(model("resnet-20")).layers()))
        .hasSize(20)
        .contains("conv19", "proj1", "proj2")
        .doesNotContain("conv1", "fc1");
  }

  @Test
  void normalisationTrainsOnIntegersWhereAskedFor() {
    Model absolute =
        ModelCatalog.build(
            ModelOptions.from(
                MapSettings.of(Map.of("name", "resnet-20", "normalization", "l1-batch"))),
            ModelFilling.BATCH_NORM,
            Shape.of(3, 32, 32),
            10);
    PrecisionOptions floats = options(Map.of("name", "shiftquant"));
    PrecisionOptions integers = options(Map.of("name", "shiftquant", "normalization", "integer"));
    Model applied = integers.apply(absolute);
    assertThat(applied.layout()).isEqualTo(absolute.layout());
    // One after each of 19 convolutions and of two projections.
    assertThat(normalizations(applied.layers())).isEqualTo(21);
    assertThat(normalizations(floats.apply(absolute).layers())).isZero();
    assertThat(integers.describe()).isEqualTo(floats.describe() + ", normalisation integer");
    assertThatThrownBy(() -> integers.apply(model("lenet")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "precision.normalization must be fp32",
            "lenet",
            "got integer",
            "model.normalization = l1-batch");
    assertThatThrownBy(() -> options(Map.of("name", "shiftquant", "normalization", "int8")))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("normalization", "fp32, integer", "int8");
  }

  private static int normalizations(List<LayerSpec> layers) {
    int count = 0;
    for (LayerSpec layer : layers) {
      count += layer instanceof QuantizedL1BatchNorm ? 1 : 0;
      count +=
          layer instanceof Residual r
              ? normalizations(r.branch()) + normalizations(r.shortcut())
              : 0;
    }
    return count;
  }

  @Test
  void float32IsTheDefault() {
    Model model = model("lenet");
    assertThat(options(Map.of()).apply(model)).isSameAs(model);
    assertThat(options(Map.of()).describe()).isEqualTo("fp32");
  }

  @Test
  void readsBitsAndArms() {
    PrecisionOptions all =
        options(
            Map.of(
                "name", "shiftquant", "weights", 3, "activations", 5, "gradients", 6, "groups", 2));
    Precision p = all.quantized().orElseThrow();
    assertThat(List.of(p.weights(), p.activations(), p.gradients(), p.groups()))
        .containsExactly(3, 5, 6, 2);
    assertThat(p.down().groups()).isEqualTo(2);
    assertThat(all.describe()).startsWith("shiftquant, bits 3/5/6, groups 2");
    assertThat(options(Map.of("name", "per-channel")).describe()).startsWith("per-channel");
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> options(Map.of("name", "shiftquant", "weights", 9)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("weights")
        .hasMessageContaining("2 to 8")
        .hasMessageContaining("9");
    assertThatThrownBy(() -> options(Map.of("name", "shiftquant", "groups", 0)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("groups");
    assertThatThrownBy(() -> options(Map.of("name", "int4")))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("fp32, shiftquant, per-tensor, per-channel");
  }
}
