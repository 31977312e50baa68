package dev.tributary.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StageTest {
  private static Model model(Map<String, Object> settings) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(settings)),
        ModelFilling.BATCH_NORM,
        Shape.of(3, 32, 32),
        10);
  }

  /** One stage as "weighted > norm > activation > next". */
  private static String line(Stage stage) {
    return String.join(
        " > ",
        name(stage.weighted()),
        name(stage.normalization()),
        name(stage.activation()),
        name(stage.next()));
  }

  private static String name(@Nullable LayerSpec layer) {
    return layer == null ? "-" : layer.name();
  }

  private static List<String> lines(Model model) {
    return Stage.of(model).stream().map(StageTest::line).toList();
  }

  @Test
  void ofAChain() {
    // Pooling, flattening and dropout lie between a nonlinearity and what it feeds.
    assertThat(lines(model(Map.of("name", "cnn-dropout"))))
        .containsExactly(
            "conv1 > norm1 > act1 > conv2",
            "conv2 > norm2 > act2 > fc1",
            "fc1 > norm3 > act6 > fc2",
            "fc2 > - > - > -");
  }

  @Test
  void ofResidualBlocks() {
    Model model = model(Map.of("name", "resnet-20"));
    List<String> lines = lines(model);

    // A stem that feeds a block feeds two layers; so does the activation after a sum, but the last.
    assertThat(lines.subList(0, 4))
        .containsExactly(
            "conv1 > norm1 > act1 > -",
            "conv2 > norm2 > act2 > conv3",
            "conv3 > norm3 > - > -",
            "- > - > act3 > -");
    assertThat(lines).contains("proj1 > norm10 > - > -");
    assertThat(lines.subList(lines.size() - 2, lines.size()))
        .containsExactly("- > - > act19 > fc1", "fc1 > - > - > -");
    assertThat(Stage.of(model).get(3).name()).isEqualTo("act3");
  }

  @Test
  void saysWhatIsBlindToTheSizeOfWeights() {
    assertThat(Stage.of(model(Map.of("name", "lenet"))))
        .extracting(Stage::scaleInvariant)
        .containsExactly(true, true, true, true, false);
    assertThat(Stage.of(model(Map.of("name", "lenet", "normalization", "none"))))
        .extracting(Stage::scaleInvariant)
        .containsOnly(false);
    assertThat(
            Stage.of(
                model(
                    Map.of(
                        "name", "lenet",
                        "normalization", "none",
                        "convolution", "weight-standardized"))))
        .extracting(Stage::scaleInvariant)
        .containsExactly(true, true, false, false, false);
  }

  @Test
  void findsTensorsByRole() {
    Model model = model(Map.of("name", "lenet"));
    Stage first = Stage.of(model).getFirst();

    assertThat(Stage.tensor(model.layout(), first.weighted(), Role.BIAS))
        .contains(model.layout().spec("conv1.bias"));
    assertThat(Stage.tensor(model.layout(), first.normalization(), Role.NORM_SHIFT))
        .contains(model.layout().spec("norm1.shift"));
    assertThat(Stage.tensor(model.layout(), first.weighted(), Role.GAIN)).isEmpty();
    assertThat(Stage.tensor(model.layout(), null, Role.WEIGHT)).isEmpty();
    assertThat(first.units()).isEqualTo(6);
  }
}
