package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.integer.OneDnnGemm;
import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.nn.Dense;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.nn.QuantizedDense;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a whole training in integers makes of numbers that are no numbers, and of nothing at all.
 */
class QuantizedBadInputTest {
  private static final Seeds SEEDS = Seeds.root(31);
  private static final Shape IMAGE = Shape.of(3, 32, 32);

  /** Which model is trained how. */
  record Case(String model, String normalization, String ends, String kernels) {
    Model build() {
      return PrecisionOptions.from(MapSettings.of(Map.of("name", "shiftquant", "first-last", ends)))
          .apply(
              ModelCatalog.build(
                  ModelOptions.from(
                      MapSettings.of(Map.of("name", model, "normalization", normalization))),
                  ModelFilling.BATCH_NORM,
                  IMAGE,
                  10));
    }

    TrainingResult train(Model built, ParameterVector start, Examples data) {
      LocalOptions options = LocalOptions.from(MapSettings.of(Map.of("batch-size", 4)));
      Engine engine = Engine.from(MapSettings.of(Map.of("kernels", kernels)));
      try (LocalTrainer trainer = new LocalTrainer(built, engine, options)) {
        return trainer.train(start, data, SEEDS.child("train"), StepHook.NONE);
      }
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String kernels : List.of("auto", "cpu", "nd4j")) {
      for (String ends : List.of("fp32", "quantised")) {
        cases.add(new Case("lenet", "none", ends, kernels));
        cases.add(new Case("lite-cnn", "batch", ends, kernels));
      }
    }
    return cases.stream();
  }

  /** Images of ten classes, each of the class of its number. */
  private interface Images extends Examples {
    @Override
    default Shape shape() {
      return IMAGE;
    }

    @Override
    default int classes() {
      return 10;
    }

    @Override
    default int label(int index) {
      return index;
    }
  }

  /** Eight examples, one number of which is another. */
  private record Spoilt(int example, int feature, float value) implements Images {
    @Override
    public int size() {
      return 8;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      new ToyExamples(8, IMAGE, 10, SEEDS.child("data")).read(index, target, offset);
      if (index == example) {
        target[offset + feature] = value;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void dataThatAreNotFiniteAreNamed(Case c) {
    Model model = c.build();
    ParameterVector start = model.initial(SEEDS.child("model"));
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> c.train(model, start, new Spoilt(5, 1500, value)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("feature 1500 of example 5 is " + value)
          .hasMessageContaining("must be finite; repair or leave out the example");
    }
  }

  /** Never a result that looks sound: an error, or weights that the server refuses by name. */
  @ParameterizedTest
  @MethodSource("cases")
  void weightsThatAreNotFiniteAreNeverLost(Case c) {
    Model model = c.build();
    for (ParameterSpec spec : model.layout().specs()) {
      float[] weights = model.initial(SEEDS.child("model")).toArray();
      weights[spec.end() - 1] = Float.NaN;
      ParameterVector start = ParameterVector.of(model.layout(), weights);
      Examples sound = new Spoilt(0, 0, 0.5f);
      if (quantised(c, model, spec)) {
        assertThatThrownBy(() -> c.train(model, start, sound))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cannot quantise the weight of " + layer(spec) + ": element [")
            .hasMessageContaining("is NaN and must be finite; a smaller learning rate");
        continue;
      }
      try {
        assertThat(c.train(model, start, sound).weights().firstNonFinite())
            .as(spec.name())
            .isNotNegative();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("cannot quantise").hasMessageContaining("finite");
      }
    }
  }

  private static boolean quantised(Case c, Model model, ParameterSpec spec) {
    List<ParameterSpec> weights =
        model.layout().specs().stream().filter(s -> s.role() == Role.WEIGHT).toList();
    boolean end = spec.equals(weights.getFirst()) || spec.equals(weights.getLast());
    return spec.role() == Role.WEIGHT && (c.ends.equals("quantised") || !end);
  }

  private static String layer(ParameterSpec spec) {
    return spec.name().substring(0, spec.name().indexOf('.'));
  }

  /** A rate at which nothing can stay finite. */
  @ParameterizedTest
  @MethodSource("cases")
  void aTrainingThatDivergesEndsWithAMessage(Case c) {
    Model model = c.build();
    LocalOptions options =
        LocalOptions.from(
            MapSettings.of(
                Map.of("batch-size", 4, "local-epochs", 20, "optimizer", Map.of("lr", 1e30))));
    Engine engine = Engine.from(MapSettings.of(Map.of("kernels", c.kernels)));
    try (LocalTrainer trainer = new LocalTrainer(model, engine, options)) {
      assertThatThrownBy(
              () ->
                  trainer.train(
                      model.initial(SEEDS.child("model")),
                      new Spoilt(0, 0, 0.5f),
                      SEEDS.child("train"),
                      StepHook.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "cannot quantise the (input|weight|output gradient) of (conv|fc)\\d: element"
                  + " \\[\\d+, \\d+\\] of \\d+ x \\d+ is (NaN|-?Infinity) and must be finite;.*");
    }
  }

  /** With nothing but zeros the output's bias alone learns: from p = 1/10 for every class. */
  @ParameterizedTest
  @MethodSource("cases")
  void zerosLearnTheOutputsBias(Case c) {
    if (!c.model.equals("lenet")) {
      // A normalisation of nothing is its shift; the rest is the same.
      return;
    }
    Model model = c.build();
    Examples nothing = new Nothing();
    float[] end =
        c.train(model, ParameterVector.zeros(model.layout()), nothing).weights().toArray();
    ParameterSpec bias = model.layout().spec("fc3.bias");
    double lr = 0.01;
    for (int i = 0; i < end.length; i++) {
      int k = i - bias.offset();
      double gradient = k < 0 || i >= bias.end() ? 0 : k < 4 ? 0.1 - 0.25 : 0.1;
      assertThat(end[i]).isEqualTo((float) (-lr * gradient), within(1e-7f));
    }
  }

  /** A batch of four, of the first four classes. */
  private record Nothing() implements Images {
    @Override
    public int size() {
      return 4;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      Arrays.fill(target, offset, offset + IMAGE.size(), 0f);
    }
  }

  @Test
  void aSumBeyondATiersAccumulatorIsRefusedByTheLayersName() {
    // 127 * 127 * 140,000 is more than 2^31 - 1; others add in 64 bits, or in pieces.
    Dense dense = new Dense("fc9", 140_000, 1);
    Precision eight = Precision.shiftQuant(8, 1);
    for (String tier : List.of("reference", "auto", "float", "onednn")) {
      Engine engine = new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, false, tier);
      try (Network network =
          new Network(List.of(new QuantizedDense(dense, eight)), engine, 1, false)) {
        network.parameters().array().assign(1);
        network.input(1).array().assign(1);
        if (tier.equals("onednn")) {
          assumeThat(OneDnnGemm.available()).isTrue();
          assertThatThrownBy(() -> network.forward(network.input(1), Pass.EVALUATION))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("the product of the input of fc9 and the weight of fc9")
              .hasMessageContaining("another tier (engine.integer)");
        } else {
          // Every code is 127; the bias is 1.
          assertThat(network.forward(network.input(1), Pass.EVALUATION).get(0)).isEqualTo(140_001);
        }
      }
    }
  }
}
