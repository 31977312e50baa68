package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

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
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExampleGradientsTest {
  private static final Shape SMALL = Shape.of(3, 8, 8);
  private static final ToyExamples DATA = new ToyExamples(24, SMALL, 3, Seeds.root(1));

  private static Model model(Map<String, Object> settings) {
    return ModelCatalog.build(
        ModelOptions.from(MapSettings.of(settings)), ModelFilling.BATCH_NORM, SMALL, 3);
  }

  private static LocalTrainer trainer(Model model) {
    return new LocalTrainer(
        model, Engine.create(), LocalOptions.from(MapSettings.of(Map.of("batch-size", 8))));
  }

  /** With batch normalisation whose statistics are those of data, and dropout. */
  private static final Model NORMALIZED = model(Map.of("name", "lite-cnn", "dropout", 0.3));

  @Test
  void predictsWhatEvaluationPredicts() {
    try (LocalTrainer trainer = trainer(NORMALIZED)) {
      ParameterVector start = NORMALIZED.initial(Seeds.root(2));
      ParameterVector trained = trainer.train(start, DATA, Seeds.root(3), StepHook.NONE).weights();
      Learner learner = trainer.learn(trained, Seeds.root(3), StepHook.NONE, 1);
      ExampleGradients gradients = learner.exampleGradients();
      for (int i = 0; i < 3; i++) {
        learner.clear();
        learner.add(DATA, i);
        float[] logits = learner.evaluate();
        double[] p = gradients.predict(DATA, i);
        for (int c = 0; c < 3; c++) {
          assertThat(Math.log(p[c] / p[0])).isEqualTo(logits[c] - logits[0], offset(1e-4));
        }
        gradients.addSquares(0, new double[NORMALIZED.layout().trainableSize()]);
      }
      assertThat(learner.save()).isEqualTo(trained);
    }
  }

  /** Rounded at random, squares would be too large by the variance of the rounding. */
  @Test
  void aModelOfIntegersHasTheSquaresOfItsFloatSource() {
    Model source = model(Map.of("name", "lite-cnn"));
    Model integers =
        PrecisionOptions.from(MapSettings.of(Map.of("name", "shiftquant"))).apply(source);
    ParameterVector weights = source.initial(Seeds.root(2));
    assertThat(squares(integers, weights)).isEqualTo(squares(source, weights));
  }

  private static double[] squares(Model model, ParameterVector weights) {
    double[] sum = new double[model.layout().trainableSize()];
    try (LocalTrainer trainer = trainer(model)) {
      Learner learner = trainer.learn(weights, Seeds.root(3), StepHook.NONE, 1);
      ExampleGradients gradients = learner.exampleGradients();
      gradients.predict(DATA, 0);
      gradients.addSquares(1, sum);
    }
    assertThat(Arrays.stream(sum).sum()).isPositive();
    return sum;
  }

  @Test
  void squaresAreThoseOfCentralDifferencesOfTheLogLikelihood() {
    try (LocalTrainer trainer = trainer(NORMALIZED)) {
      ParameterVector start = NORMALIZED.initial(Seeds.root(2));
      ParameterVector trained = trainer.train(start, DATA, Seeds.root(3), StepHook.NONE).weights();
      Learner learner = trainer.learn(trained, Seeds.root(3), StepHook.NONE, 1);
      int label = 1;
      double[] squares = new double[NORMALIZED.layout().trainableSize()];
      ExampleGradients gradients = learner.exampleGradients();
      gradients.predict(DATA, 0);
      gradients.addSquares(label, squares);
      float h = 1f / 2048;
      for (var spec : NORMALIZED.layout().specs()) {
        if (!spec.role().trainable()) {
          continue;
        }
        // The element of each tensor that matters most.
        int at = spec.offset();
        for (int i = spec.offset(); i < spec.end(); i++) {
          at = squares[i] > squares[at] ? i : at;
        }
        double slope = (likelihood(learner, trained, at, h) - likelihood(learner, trained, at, -h));
        slope /= 2 * h;
        assertThat(Math.sqrt(squares[at]))
            .as(spec.name())
            .isEqualTo(Math.abs(slope), offset(2e-3 + 0.05 * Math.abs(slope)));
      }
    }
  }

  private static double likelihood(Learner learner, ParameterVector at, int element, float shift) {
    float[] shifted = at.toArray();
    shifted[element] += shift;
    learner.load(ParameterVector.of(at.layout(), shifted));
    return Math.log(learner.exampleGradients().predict(DATA, 0)[1]);
  }

  @Test
  void addUp() {
    Model model = model(Map.of("name", "logistic"));
    try (LocalTrainer trainer = trainer(model)) {
      Learner learner =
          trainer.learn(model.initial(Seeds.root(2)), Seeds.root(3), StepHook.NONE, 1);
      ExampleGradients gradients = learner.exampleGradients();
      double[] first = new double[model.layout().trainableSize()];
      double[] second = new double[first.length];
      double[] both = new double[first.length];
      gradients.predict(DATA, 0);
      gradients.addSquares(1, first);
      gradients.addSquares(1, both);
      gradients.predict(DATA, 1);
      gradients.addSquares(2, second);
      gradients.addSquares(2, both);
      for (int i = 0; i < both.length; i++) {
        assertThat(both[i]).isEqualTo(first[i] + second[i], offset(1e-12));
      }
    }
  }

  @Test
  void restartGoesOnFromTheGivenWeightsWithAFreshOptimiser() {
    Model model = model(Map.of("name", "logistic"));
    LocalOptions options =
        LocalOptions.from(
            MapSettings.of(
                Map.of("batch-size", 8, "optimizer", Map.of("lr", 0.1, "momentum", 0.9))));
    ParameterVector start = model.initial(Seeds.root(2));
    try (LocalTrainer trainer = new LocalTrainer(model, Engine.create(), options)) {
      Learner learner = trainer.learn(start, Seeds.root(3), StepHook.NONE, 9);
      step(learner);
      ParameterVector one = learner.save();
      step(learner);
      learner.restart(start, 9);
      step(learner);
      assertThat(learner.save()).isEqualTo(one);
      assertThat(learner.steps()).isEqualTo(3);
    }
  }

  private static void step(Learner learner) {
    learner.clear();
    learner.add(DATA, 0);
    learner.forward();
    learner.logitGradient()[0] = 1;
    learner.backward();
    learner.update();
  }
}
