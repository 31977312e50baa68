package dev.tributary.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.nn.SkipInit;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models for images: sizes counted by hand, shapes, and what a residual block begins as. */
class ImageModelsTest {
  private static Model model(Shape input, int classes, Map<String, Object> settings) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(settings)), ModelFilling.BATCH_NORM, input, classes);
  }

  private static Model model(String name, int channels, int side, int classes, String... more) {
    Map<String, Object> settings = new HashMap<>(Map.of("name", name));
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return model(Shape.of(channels, side, side), classes, settings);
  }

  /**
   * Counted by hand: a convolution has (in k^2 + 1) out numbers, a dense layer (in + 1) out, a
   * normalised channel two and two statistics, a weight-standardised channel one more, a block
   * without normalisation one.
   *
   * <p>lenet: 456 + 2,416 + 48,120 + 10,164 + 850. cnn-dropout at 32: 896 + 18,496 + 1,605,760 +
   * 1,290; at 1x28x28 with 62 classes: 320 + 18,496 + 1,179,776 + 7,998. alexnet: 2,469,696 in
   * convolutions, 54,575,114 in dense layers, 9,344 normalised channels. alexnet-64: 154,320 and
   * 1,447,946, 1,312 channels. resnet-20: 270,906 weights and biases of the classifier, which with
   * 1,568 of 784 normalised channels are the 272,474 of option B; and a bias for each of the 784.
   * resnet-18: 11,164,362 (3x3 stem) or 11,172,042 (7x7), 4,800 channels.
   */
  @ParameterizedTest
  @CsvSource({
    "lenet, 3, 32, 10, none, plain, 62006, 0",
    "lenet, 3, 28, 10, none, plain, 62006, 0",
    "lenet, 1, 28, 10, none, plain, 61706, 0",
    "lenet, 3, 32, 10, batch, plain, 62458, 452",
    "cnn-dropout, 3, 32, 10, none, plain, 1626442, 0",
    "cnn-dropout, 1, 28, 62, none, plain, 1206590, 0",
    "cnn-dropout, 3, 32, 10, batch, plain, 1626890, 448",
    "cnn-dropout, 3, 32, 10, none, weight-standardized, 1626538, 0",
    "alexnet, 3, 256, 10, none, plain, 57044810, 0",
    "alexnet, 3, 256, 10, batch, plain, 57063498, 18688",
    "alexnet-64, 3, 64, 10, none, plain, 1602266, 0",
    "alexnet-64, 3, 64, 10, batch, plain, 1604890, 2624",
    "alexnet-64, 3, 64, 10, none, weight-standardized, 1602554, 0",
    "resnet-20, 3, 32, 10, batch, plain, 273258, 1568",
    "resnet-20, 3, 32, 10, group, plain, 273258, 0",
    "resnet-20, 3, 32, 10, none, plain, 271699, 0",
    "resnet-20, 3, 32, 10, none, weight-standardized, 272483, 0",
    "resnet-18, 3, 32, 10, batch, plain, 11178762, 9600",
    "resnet-18, 3, 64, 10, none, plain, 11169170, 0",
    "resnet-18, 3, 224, 10, batch, plain, 11186442, 9600"
  })
  void parameterCounts(
      String name, int channels, int side, int classes, String norm, String conv, int n, int s) {
    Model model = model(name, channels, side, classes, "normalization", norm, "convolution", conv);
    assertThat(model.layout().trainableSize()).isEqualTo(n);
    assertThat(model.layout().size()).isEqualTo(n + s);
    assertThat(model.batchNormalized()).isEqualTo(norm.equals("batch"));
  }

  /**
   * Counted by hand as above. resnet-20 of width 8: 68,394 weights and biases, 392 channels in 21
   * normalisation layers, each of which AdaB2N gives a weight for each of five tasks and two
   * counters. resnet-18 of width 20 without the convolutions' 1,500 biases and with 100 classes is
   * the reduced ResNet-18 of 1,109,240 parameters that continual learning knows.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet-20, 8, batch, on, 69178, 784",
    "resnet-20, 8, group, on, 69178, 0",
    "resnet-20, 8, instance, on, 69178, 0",
    "resnet-20, 8, continual, on, 69178, 784",
    "resnet-20, 8, continual, off, 68394, 784",
    "resnet-20, 8, adab2n, on, 69283, 826",
    "resnet-20, 16, batch, on, 273258, 1568",
    "resnet-18, 20, batch, on, 1096250, 3000",
    "resnet-18, 64, batch, on, 11178762, 9600"
  })
  void reducedResidualModels(String name, int width, String norm, String affine, int n, int s) {
    Model model =
        model(
            Shape.of(3, 32, 32),
            10,
            Map.of(
                "name",
                name,
                "width",
                width,
                "normalization",
                norm,
                "norm-affine",
                affine,
                "tasks",
                5));
    assertThat(model.layout().trainableSize()).isEqualTo(n);
    assertThat(model.layout().size()).isEqualTo(n + s);
    assertThat(outputs(model)).contains(Shape.of(width, 32, 32));
  }

  @Test
  void whatNormalizationNeedsMustBeSaid() {
    assertThatThrownBy(() -> model("resnet-20", 3, 32, 10, "normalization", "adab2n"))
        .hasMessageContaining("adab2n")
        .hasMessageContaining("model.tasks");
    ModelOptions ofStream =
        ModelOptions.from(MapSettings.of(Map.of("name", "lenet", "normalization", "adab2n")));
    assertThat(ofStream.withTasks(7).norms().tasks()).isEqualTo(7);
    assertThat(ofStream.withTasks(7).withTasks(3).norms().tasks()).isEqualTo(7);
    assertThatThrownBy(() -> settings(Map.of("kappa", 1.5)))
        .hasMessage("kappa must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> settings(Map.of("tasks", -1))).hasMessageContaining("tasks must be");
    assertThatThrownBy(() -> settings(Map.of("norm-affine", "maybe")))
        .hasMessageContaining("norm-affine must be one of on, off");
    assertThatThrownBy(() -> settings(Map.of("name", "resnet-18", "width", 0)))
        .hasMessageContaining("width must be >= 1");
  }

  private static void settings(Map<String, Object> settings) {
    ModelOptions.from(MapSettings.of(settings));
  }

  /** Where the last convolution's image stands before the dense layers, from the papers. */
  @ParameterizedTest
  @CsvSource({"alexnet, 224, 256", "alexnet, 256, 256", "alexnet-64, 64, 64"})
  void alexnetsEndWithSixBySix(String name, int side, int channels) {
    assertThat(outputs(model(name, 3, side, 10))).contains(Shape.of(channels, 6, 6));
  }

  @Test
  void residualStagesHalveTheImage() {
    assertThat(outputs(model("resnet-20", 3, 32, 10)))
        .containsSubsequence(
            Shape.of(16, 32, 32), Shape.of(32, 16, 16), Shape.of(64, 8, 8), Shape.of(64, 1, 1));
    assertThat(outputs(model("resnet-18", 3, 224, 10)))
        .containsSubsequence(
            Shape.of(64, 112, 112),
            Shape.of(64, 56, 56),
            Shape.of(128, 28, 28),
            Shape.of(512, 7, 7));
    assertThat(outputs(model("resnet-18", 3, 32, 10)))
        .containsSubsequence(Shape.of(64, 32, 32), Shape.of(512, 4, 4));
  }

  private static List<Shape> outputs(Model model) {
    return model.layers().stream().map(LayerSpec::output).toList();
  }

  @Test
  void dropoutIsTheModelsOwnUnlessTheScenarioSays() {
    assertThat(rates(model("cnn-dropout", 3, 32, 10))).containsExactly(0.25, 0.5);
    Model other =
        model(
            Shape.of(3, 32, 32),
            10,
            Map.of("name", "cnn-dropout", "dropout", 0.1, "convolution-dropout", 0));
    assertThat(rates(other)).containsExactly(0.1);
    assertThat(rates(model("lite-cnn", 3, 32, 10))).isEmpty();
    assertThatThrownBy(
            () ->
                model(
                    Shape.of(3, 32, 32),
                    10,
                    Map.of("name", "cnn-dropout", "convolution-dropout", 1)))
        .hasMessage("convolution-dropout must be in [0, 1), got 1.0");
  }

  private static List<Double> rates(Model model) {
    return model.layers().stream()
        .filter(l -> l instanceof Dropout)
        .map(l -> ((Dropout) l).rate())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet-20", "resnet-18"})
  void aBranchEndsWithAGainExactlyWhereNothingNormalizes(String name) {
    assertThat(gains(model(name, 3, 32, 10, "normalization", "none")))
        .hasSize(name.equals("resnet-20") ? 9 : 8);
    for (String norm : List.of("batch", "group", "layer")) {
      assertThat(gains(model(name, 3, 32, 10, "normalization", norm))).isEmpty();
    }
  }

  private static List<LayerSpec> gains(Model model) {
    return model.layers().stream()
        .filter(l -> l instanceof Residual)
        .map(l -> ((Residual) l).branch().getLast())
        .filter(l -> l instanceof SkipInit)
        .toList();
  }

  @Test
  void withoutNormalizationABlockBeginsAsItsShortcut() {
    Model model = model("resnet-20", 3, 32, 10, "normalization", "none");
    ParameterVector initial = model.initial(Seeds.root(1));
    ParameterSpec gain = model.layout().spec("block9.gain");
    assertThat(gain.role()).isEqualTo(Role.GAIN);
    assertThat(initial.toArray(gain)).containsExactly(0f);

    // Block 2 has an identity shortcut: stem, activation, block 1, activation, block 2.
    Residual block = (Residual) model.layers().get(4);
    assertThat(block.name()).isEqualTo("block2");
    try (Network network = new Network(List.of(block), Engine.create(), 2, true)) {
      float[] parameters = new float[network.layout().size()];
      Arrays.fill(parameters, 0.01f);
      Arrays.fill(
          parameters,
          network.layout().spec("block2.gain").offset(),
          network.layout().spec("block2.gain").end(),
          0f);
      network.load(ParameterVector.of(network.layout(), parameters));
      Tensor x = network.input(2);
      float[] values = new float[x.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 7 - 3;
      }
      x.set(values);
      assertThat(network.forward(x, Pass.EVALUATION).toFloats()).isEqualTo(values);
    }
  }
}
