package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTrainerTest {
  private static final Shape DIGIT = Shape.of(3, 28, 28);
  private static final Seeds SEEDS = Seeds.root(7);

  private static Model lite() {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(Map.of("name", "lite-cnn"))),
        ModelFilling.BATCH_NORM,
        DIGIT,
        10);
  }

  private static LocalOptions options(Map<String, Object> settings) {
    return LocalOptions.from(MapSettings.of(settings));
  }

  /**
   * Three samples are evaluated as a batch of four. What fills it up must not be what was there
   * before: layers of integers take one scale over all rows.
   */
  @Test
  void whatWasEvaluatedBeforeDoesNotMatterToIntegers() {
    Model model = PrecisionOptions.from(MapSettings.of(Map.of("name", "shiftquant"))).apply(lite());
    ParameterVector weights = model.initial(SEEDS.child("model"));
    ToyExamples few = new ToyExamples(3, DIGIT, 10, SEEDS.child("few"));
    Examples large = new Loud(new ToyExamples(4, DIGIT, 10, SEEDS.child("large")));
    Engine engine = Engine.create();
    try (LocalTrainer fresh = new LocalTrainer(model, engine, options(Map.of()));
        LocalTrainer used = new LocalTrainer(model, engine, options(Map.of()))) {
      used.evaluate(weights, large);
      assertThat(used.evaluate(weights, few)).isEqualTo(fresh.evaluate(weights, few));
    }
  }

  /** What a diverged client leaves behind must not reach the next one of its worker. */
  @ParameterizedTest
  @ValueSource(strings = {"lite-cnn", "resnet-20"})
  void aTrainingThatDivergedDoesNotMatterToTheNext(String name) {
    for (String kernels : List.of("onednn", "cpu")) {
      Model model =
          ModelCatalog.build(
              ModelOptions.from(
                  MapSettings.of(
                      Map.of(
                          "name",
                          name,
                          "normalization",
                          "none",
                          "convolution",
                          "weight-standardized"))),
              ModelFilling.BATCH_NORM,
              DIGIT,
              10);
      ParameterVector good = model.initial(SEEDS.child("model"));
      float[] broken = good.toArray();
      broken[broken.length - 1] = Float.NaN;
      ParameterVector bad = ParameterVector.of(good.layout(), broken);
      ToyExamples data = new ToyExamples(5, DIGIT, 10, SEEDS.child("data"));
      Engine engine = Engine.from(MapSettings.of(Map.of("kernels", kernels)));
      LocalOptions sgd = options(Map.of("batch-size", 5));
      try (LocalTrainer fresh = new LocalTrainer(model, engine, sgd);
          LocalTrainer used = new LocalTrainer(model, engine, sgd)) {
        assertThat(used.train(bad, data, SEEDS, StepHook.NONE).weights().firstNonFinite())
            .isNotNegative();
        assertThat(used.train(good, data, SEEDS, StepHook.NONE).weights().toArray())
            .as(kernels)
            .isEqualTo(fresh.train(good, data, SEEDS, StepHook.NONE).weights().toArray());
      }
    }
  }

  /** Features a hundred times as large. */
  private record Loud(Examples quiet) implements Examples {
    @Override
    public int size() {
      return quiet.size();
    }

    @Override
    public Shape shape() {
      return quiet.shape();
    }

    @Override
    public int classes() {
      return quiet.classes();
    }

    @Override
    public int label(int index) {
      return quiet.label(index);
    }

    @Override
    public void read(int index, float[] target, int offset) {
      quiet.read(index, target, offset);
      for (int i = 0; i < shape().size(); i++) {
        target[offset + i] *= 100;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "nd4j"})
  void aModelThatFlattensFirstTrainsOnImages(String kernels) {
    Model model =
        ModelCatalog.build(
            ModelOptions.from(MapSettings.of(Map.of("name", "logistic"))),
            ModelFilling.BATCH_NORM,
            DIGIT,
            10);
    ToyExamples data = new ToyExamples(60, DIGIT, 10, SEEDS.child("data"));
    Engine engine = Engine.from(MapSettings.of(Map.of("kernels", kernels)));
    try (LocalTrainer trainer = new LocalTrainer(model, engine, options(Map.of()))) {
      ParameterVector start = model.initial(SEEDS.child("model"));
      TrainingResult result = trainer.train(start, data, SEEDS.child("train"), StepHook.NONE);
      assertThat(trainer.evaluate(result.weights(), data).meanLoss())
          .isLessThan(trainer.evaluate(start, data).meanLoss());
    }
  }

  @Test
  void learnsASeparableToySet() {
    Model model = lite();
    ToyExamples data = new ToyExamples(200, DIGIT, 10, SEEDS.child("data"));
    LocalOptions options = options(Map.of("local-epochs", 3, "optimizer", Map.of("lr", 0.05)));
    try (LocalTrainer trainer = new LocalTrainer(model, Engine.create(), options)) {
      ParameterVector start = model.initial(SEEDS.child("model"));
      Evaluation before = trainer.evaluate(start, data);
      TrainingResult result = trainer.train(start, data, SEEDS.child("train"), StepHook.NONE);
      Evaluation after = trainer.evaluate(result.weights(), data);
      assertThat(result.steps()).isEqualTo(3 * 7);
      assertThat(result.samples()).isEqualTo(600);
      assertThat(before.accuracy()).isLessThan(0.4);
      assertThat(after.accuracy()).isGreaterThan(0.95);
      assertThat(after.meanLoss()).isLessThan(before.meanLoss() / 2);
    }
  }

  private static LocalTrainer trainer(Model model) {
    LocalOptions options =
        options(Map.of("local-epochs", 2, "optimizer", Map.of("lr", 0.05, "momentum", 0.9)));
    return new LocalTrainer(model, Engine.create(), options);
  }

  private static Model dropping(String convolution, String normalization) {
    return ModelCatalog.build(
        ModelOptions.from(
            MapSettings.of(
                Map.of(
                    "convolution", convolution, "normalization", normalization, "dropout", 0.2))),
        ModelFilling.BATCH_NORM,
        DIGIT,
        10);
  }

  @Test
  void sameSeedSameBitsAgainAndOnTwoThreadsAtOnce() throws Exception {
    for (Model model :
        List.of(dropping("plain", "batch"), dropping("weight-standardized", "group"))) {
      ToyExamples data = new ToyExamples(70, DIGIT, 10, SEEDS.child("data"));
      ParameterVector start = model.initial(SEEDS);
      Callable<String> run =
          () -> {
            try (LocalTrainer trainer = trainer(model)) {
              // A training in between must leave nothing behind.
              trainer.train(start, data, SEEDS.child("other"), StepHook.NONE);
              return trainer.train(start, data, SEEDS, StepHook.NONE).weights().sha256();
            }
          };
      String alone;
      try (LocalTrainer trainer = trainer(model)) {
        alone = trainer.train(start, data, SEEDS, StepHook.NONE).weights().sha256();
        TrainingResult other = trainer.train(start, data, SEEDS.child("other"), StepHook.NONE);
        assertThat(other.weights().sha256()).isNotEqualTo(alone);
      }
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        for (Future<String> result : threads.invokeAll(List.of(run, run, run, run))) {
          assertThat(result.get()).isEqualTo(alone);
        }
      }
    }
  }

  @Test
  void evaluationChangesNothingAndAddsUp() {
    Model model = lite();
    ToyExamples data = new ToyExamples(301, DIGIT, 10, SEEDS.child("data"));
    try (LocalTrainer trainer = trainer(model)) {
      ParameterVector start = model.initial(SEEDS);
      String before = start.sha256();
      Evaluation whole = trainer.evaluate(start, data);
      assertThat(trainer.evaluate(start, data)).isEqualTo(whole);
      assertThat(start.sha256()).isEqualTo(before);
      Evaluation parts = Evaluation.NONE;
      for (int i = 0; i < 301; i += 43) {
        int[] indices = IntStream.range(i, i + 43).toArray();
        parts = parts.plus(trainer.evaluate(start, data.subset(indices)));
      }
      assertThat(parts.examples()).isEqualTo(301);
      assertThat(parts.correct()).isEqualTo(whole.correct());
      assertThat(parts.lossSum()).isCloseTo(whole.lossSum(), offset(1e-3));
    }
  }

  @Test
  void theHookSeesEveryStepAndMayMoveGradientAndWeights() {
    Model model = lite();
    ToyExamples data = new ToyExamples(70, DIGIT, 10, SEEDS.child("data"));
    List<String> seen = new ArrayList<>();
    StepHook still =
        new StepHook() {
          @Override
          public void afterBackward(Step step) {
            seen.add(step.epoch() + "." + step.batch());
            assertThat(step.gradient().size()).isEqualTo(step.layout().trainableSize());
            assertThat(step.gradient().array().amaxNumber().doubleValue()).isPositive();
            step.gradient().memory().fill((byte) 0);
          }
        };
    try (LocalTrainer trainer = trainer(model)) {
      ParameterVector start = model.initial(SEEDS);
      float[] trained = trainer.train(start, data, SEEDS, still).weights().toArray();
      assertThat(seen).containsExactly("0.0", "0.1", "0.2", "1.0", "1.1", "1.2");
      int trainable = model.layout().trainableSize();
      assertThat(Arrays.copyOf(trained, trainable))
          .isEqualTo(Arrays.copyOf(start.toArray(), trainable));
      // The running statistics move all the same.
      assertThat(trained).isNotEqualTo(start.toArray());
    }
  }

  @Test
  void theLastShortBatch() {
    LocalOptions auto = options(Map.of());
    assertThat(auto.examplesPerEpoch(39, true)).isEqualTo(39);
    assertThat(auto.examplesPerEpoch(33, true)).isEqualTo(32);
    assertThat(auto.examplesPerEpoch(33, false)).isEqualTo(33);
    assertThat(auto.examplesPerEpoch(1, true)).isEqualTo(1);
    LocalOptions one = options(Map.of("batch-size", 1));
    assertThat(one.examplesPerEpoch(5, true)).isEqualTo(5);
    LocalOptions always = options(Map.of("drop-last", "always"));
    assertThat(always.examplesPerEpoch(95, false)).isEqualTo(64);
    assertThatThrownBy(() -> always.examplesPerEpoch(31, false))
        .hasMessageContaining("drop-last")
        .hasMessageContaining("31");
    LocalOptions never = options(Map.of("drop-last", "never"));
    assertThat(never.examplesPerEpoch(33, true)).isEqualTo(33);
  }

  @Test
  void batchSizeOneNeedsAModelWithoutBatchNorm() {
    ToyExamples data = new ToyExamples(5, DIGIT, 10, SEEDS.child("data"));
    LocalOptions one = options(Map.of("batch-size", 1));
    Model won = dropping("weight-standardized", "none");
    try (LocalTrainer trainer = new LocalTrainer(won, Engine.create(), one)) {
      TrainingResult result = trainer.train(won.initial(SEEDS), data, SEEDS, StepHook.NONE);
      assertThat(result.steps()).isEqualTo(5);
      assertThat(result.weights().firstNonFinite()).isEqualTo(-1);
    }
    Model normed = lite();
    try (LocalTrainer trainer = new LocalTrainer(normed, Engine.create(), one)) {
      assertThatThrownBy(() -> trainer.train(normed.initial(SEEDS), data, SEEDS, StepHook.NONE))
          .hasMessageContaining("norm4")
          .hasMessageContaining("batch-size");
    }
  }

  @Test
  void refusesDataOfAnotherShapeOrWithUnknownLabels() {
    Model model = lite();
    try (LocalTrainer trainer = trainer(model)) {
      ParameterVector start = model.initial(SEEDS);
      ToyExamples wide = new ToyExamples(4, Shape.of(3, 32, 32), 10, SEEDS);
      assertThatThrownBy(() -> trainer.evaluate(start, wide)).hasMessageContaining("[3, 32, 32]");
      ToyExamples many = new ToyExamples(40, DIGIT, 20, SEEDS);
      assertThatThrownBy(() -> trainer.evaluate(start, many))
          .hasMessageContaining("example 10 has label 10");
    }
  }

  /** Sample i is one-hot at its class, i modulo 10. */
  private record OneHot(int size) implements Examples {
    @Override
    public Shape shape() {
      return Shape.of(10);
    }

    @Override
    public int classes() {
      return 10;
    }

    @Override
    public int label(int index) {
      return index % 10;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      Arrays.fill(target, offset, offset + 10, 0f);
      target[offset + label(index)] = 1f;
    }
  }

  @Test
  void evaluationAgreesWithAModelWorkedOutByHand() {
    Model model =
        ModelCatalog.build(
            ModelOptions.from(MapSettings.of(Map.of("name", "logistic"))),
            ModelFilling.BATCH_NORM,
            Shape.of(10),
            10);
    float[] diagonal = new float[model.layout().size()];
    for (int i = 0; i < 10; i++) {
      diagonal[11 * i] = 3f;
    }
    // A bias that makes class 4 win over all others.
    diagonal[100 + 4] = 3.5f;
    try (LocalTrainer trainer = trainer(model)) {
      Evaluation result =
          trainer.evaluate(ParameterVector.of(model.layout(), diagonal), new OneHot(20));
      // Every class but 4 has logits 3, 3.5 and eight zeros; class 4 has 6.5 and nine zeros.
      double others = Math.log(Math.exp(3) + Math.exp(3.5) + 8) - 3;
      double four = Math.log(Math.exp(6.5) + 9) - 6.5;
      assertThat(result.examples()).isEqualTo(20);
      assertThat(result.correct()).isEqualTo(2);
      assertThat(result.lossSum()).isCloseTo(18 * others + 2 * four, offset(1e-5));
      diagonal[100 + 4] = 0f;
      Evaluation plain =
          trainer.evaluate(ParameterVector.of(model.layout(), diagonal), new OneHot(20));
      assertThat(plain.correct()).isEqualTo(20);
    }
  }
}
