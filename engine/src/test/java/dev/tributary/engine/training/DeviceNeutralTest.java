package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.ChildJvm;
import dev.tributary.engine.cuda.OnDevice;
import dev.tributary.engine.integer.NativeGemm;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.model.PrecisionOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.HostMemory;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Training by ND4J's operations alone must touch no byte of a tensor: a second JVM, in which
 * tensors refuse that as on a GPU, comes to the same bits.
 */
class DeviceNeutralTest {
  private static final String RESULT = "weights ";

  @Test
  @OnDevice
  void learns() {
    assertThat(train()).matches("[0-9a-f]{64}");
  }

  @Test
  void needsNoByteOfATensor() throws IOException, InterruptedException {
    String output =
        ChildJvm.run(
            DeviceNeutralTest.class, List.of("-D" + HostMemory.PROPERTY + "=false"), Map.of());
    assertThat(output)
        .contains("memory() refused")
        .contains(RESULT + train())
        .contains(RESULT + trainQuantised("reference"));
  }

  /** Run in a JVM of its own. */
  static void main() {
    try (Tensor tensor = Tensor.zeros(Shape.of(2, 3))) {
      tensor.copyIn(new float[] {1, 2, 3, 4, 5, 6}, 5);
      Tensor view = tensor.view(1, Shape.of(2, 2));
      view.put(3, 7);
      float[] first = new float[2];
      view.copyOut(first, 2);
      assertThat(first).containsExactly(2, 3);
      assertThat(tensor.get(4)).isEqualTo(7);
      assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4, 7, 0);
      view.clear();
      assertThat(tensor.toFloats()).containsExactly(1, 0, 0, 0, 0, 0);
      tensor.memory();
    } catch (IllegalStateException e) {
      System.out.println("memory() refused: " + e.getMessage());
    }
    System.out.println(RESULT + train());
    for (String tier : tiers()) {
      String result = trainQuantised(tier);
      assertThat(result).as(tier).isEqualTo(trainQuantised("reference"));
      System.out.println(RESULT + result);
    }
  }

  private static List<String> tiers() {
    return NativeGemm.available() ? List.of("native", "onednn", "float") : List.of("float");
  }

  /** The hash of what a few steps with normalisation, dropout, momentum and decay come to. */
  private static String train() {
    return train(PrecisionOptions.FP32, "auto", 0.9);
  }

  /** The same in integers; without momentum layers move their weights themselves. */
  private static String trainQuantised(String tier) {
    return train(PrecisionOptions.from(MapSettings.of(Map.of("name", "shiftquant"))), tier, 0);
  }

  private static String train(PrecisionOptions precision, String tier, double momentum) {
    Shape image = Shape.of(3, 16, 16);
    Seeds seeds = Seeds.root(9);
    Model model =
        precision.apply(
            ModelCatalog.build(
                ModelOptions.from(MapSettings.of(Map.of("name", "lite-cnn", "dropout", 0.2))),
                ModelFilling.BATCH_NORM,
                image,
                10));
    LocalOptions options =
        LocalOptions.from(
            MapSettings.of(
                Map.of("batch-size", 8, "optimizer", Map.of("lr", 0.05, "momentum", momentum))));
    Engine engine = Engine.from(MapSettings.of(Map.of("kernels", "nd4j", "integer", tier)));
    ToyExamples data = new ToyExamples(24, image, 10, seeds.child("data"));
    try (LocalTrainer trainer = new LocalTrainer(model, engine, options)) {
      ParameterVector start = model.initial(seeds.child("model"));
      TrainingResult result = trainer.train(start, data, seeds.child("train"), StepHook.NONE);
      assertThat(trainer.evaluate(result.weights(), data).meanLoss())
          .isLessThan(trainer.evaluate(start, data).meanLoss());
      return result.weights().sha256();
    }
  }
}
