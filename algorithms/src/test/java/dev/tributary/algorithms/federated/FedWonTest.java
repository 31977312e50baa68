package dev.tributary.algorithms.federated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.Toy;
import dev.tributary.engine.model.ConvolutionKind;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FedWonTest {
  private static final double CLIP = 0.02;

  private static FederatedAlgorithm fedWon(Map<String, Object> settings) {
    return Toy.algorithm("fedwon", settings);
  }

  private static Model model() {
    return Toy.convolutional(fedWon(Map.of()).filling());
  }

  @Test
  void asksForStandardizedConvolutionsAndNoNormalizationAnywhere() {
    assertThat(fedWon(Map.of()).filling())
        .isEqualTo(
            new ModelFilling(NormalizationKind.NONE, ConvolutionKind.WEIGHT_STANDARDIZED, true));
    assertThat(model().layout().roles())
        .containsExactlyInAnyOrder(Role.WEIGHT, Role.BIAS, Role.GAIN);
    assertThat(model().layout().specs().stream().filter(s -> s.role() == Role.GAIN))
        .as("one per convolution: conv1, conv2, conv3")
        .hasSize(3);
  }

  @Test
  void noUnitsGradientExceedsTheClip() {
    Clips clips = new Clips();
    train(fedWon(Map.of("clip", CLIP)), clips);

    assertThat(clips.beyond).as("tensors with a unit above the bound after clipping").isEmpty();
    assertThat(clips.above).as("tensors with a unit above the bound before").hasSizeGreaterThan(8);
    assertThat(clips.changed).isEqualTo(clips.above);
  }

  @Test
  void biasesAreLeftAloneWhenAsked() {
    Clips clips = new Clips();
    train(fedWon(Map.of("clip", CLIP, "clip-biases", false)), clips);

    assertThat(clips.changed).contains("conv1.weight", "fc3.weight", "conv1.gain");
    assertThat(clips.changed).noneMatch(name -> name.endsWith(".bias"));
    assertThat(clips.above).anyMatch(name -> name.endsWith(".bias"));
  }

  @Test
  void theLastLayerIsLeftAloneWhenAsked() {
    Clips clips = new Clips();
    train(fedWon(Map.of("clip", CLIP, "clip-last-layer", false)), clips);

    assertThat(clips.changed).contains("conv1.weight", "fc2.weight", "fc2.bias");
    assertThat(clips.changed).doesNotContain("fc3.weight", "fc3.bias");
    assertThat(clips.above).contains("fc3.weight", "fc3.bias");
  }

  @Test
  void trainsOneExampleAtATime() {
    Model model = model();
    try (LocalTrainer trainer = new LocalTrainer(model, Toy.engine(), Toy.options(1, 1))) {
      ParameterVector start = model.initial(Seeds.root(1));
      Toy.Domain data = new Toy.Domain(0, 30);
      TrainingResult result =
          fedWon(Map.of("clip", 0.04))
              .train(
                  new ClientRound(
                      1, start, (from, hook) -> trainer.train(from, data, Seeds.root(2), hook)));
      assertThat(result.steps()).isEqualTo(30);
      assertThat(result.weights().firstNonFinite()).isEqualTo(-1);
      assertThat(trainer.evaluate(result.weights(), data).meanLoss())
          .isLessThan(0.8 * trainer.evaluate(start, data).meanLoss());
    }
  }

  private static void train(FederatedAlgorithm algorithm, Clips clips) {
    Model model = model();
    try (LocalTrainer trainer = new LocalTrainer(model, Toy.engine(), Toy.options(2, 8))) {
      algorithm.train(
          new ClientRound(
              1,
              model.initial(Seeds.root(1)),
              (start, hook) ->
                  trainer.train(start, new Toy.Domain(0, 20), Seeds.root(2), clips.around(hook))));
    }
  }

  /** The gradients before and after the method's hook, unit by unit, over a whole training. */
  private static final class Clips {
    /** How far above the bound rounding may leave a unit. */
    private static final double ROUNDING = 1e-5;

    final Set<String> above = new TreeSet<>();
    final Set<String> beyond = new TreeSet<>();
    final Set<String> changed = new TreeSet<>();

    StepHook around(StepHook hook) {
      return new StepHook() {
        @Override
        public void afterBackward(Step step) {
          float[] before = step.gradient().toFloats();
          hook.afterBackward(step);
          float[] after = step.gradient().toFloats();
          float[] weights = step.weights().toFloats();
          for (ParameterSpec spec : step.layout().specs()) {
            look(spec, weights, before, after);
          }
        }
      };
    }

    private void look(ParameterSpec spec, float[] weights, float[] before, float[] after) {
      // A unit: one output of a weight, the whole of a vector.
      int unit = spec.shape().rank() > 1 ? spec.shape().rowSize() : spec.size();
      for (int from = spec.offset(); from < spec.end(); from += unit) {
        double bound = CLIP * Math.max(norm(weights, from, unit), 1e-3) * (1 + ROUNDING);
        if (norm(before, from, unit) > bound) {
          above.add(spec.name());
        }
        if (norm(after, from, unit) > bound) {
          beyond.add(spec.name());
        }
        for (int i = from; i < from + unit; i++) {
          if (before[i] != after[i]) {
            changed.add(spec.name());
          }
        }
      }
    }

    private static double norm(float[] values, int from, int length) {
      double sum = 0;
      for (int i = from; i < from + length; i++) {
        sum += (double) values[i] * values[i];
      }
      return Math.sqrt(sum);
    }
  }
}
