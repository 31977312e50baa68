package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
