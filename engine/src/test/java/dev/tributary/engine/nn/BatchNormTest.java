package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchNormTest {
  private static final Pass TRAIN = Pass.training(Seeds.root(1));

  private static Network network(Shape input) {
    BatchNorm spec = new BatchNorm("norm1", input);
    Network network = new Network(List.of(spec), Engine.create(), 4, true);
    Initialization values = new Initialization(network.layout(), Seeds.root(1));
    spec.initialize(values);
    network.load(values.vector());
    return network;
  }

  private static float[] statistics(Network network) {
    float[] all = network.save().toArray();
    return new float[] {all[2], all[3]};
  }

  @Test
  void runningVarianceIsUnbiasedAndEvaluationLeavesItAlone() {
    try (Network network = network(Shape.of(1))) {
      Tensor x = network.input(4);
      x.set(1f, 2f, 4f, 9f);
      network.forward(x, TRAIN);
      // Mean 4, sum of squared deviations 38: 0.9 * 1 + 0.1 * 38 / 3.
      assertThat(statistics(network))
          .containsExactly(new float[] {0.4f, 2.1666667f}, offset(1e-6f));
      float[] y = network.forward(x, Pass.EVALUATION).toFloats();
      assertThat(y[0]).isEqualTo((float) ((1 - 0.4) / Math.sqrt(2.1666667 + 1e-5)), offset(1e-6f));
      assertThat(statistics(network))
          .containsExactly(new float[] {0.4f, 2.1666667f}, offset(1e-6f));
    }
  }

  @Test
  void oneValuePerChannelIsRefusedInTrainingOnly() {
    try (Network network = network(Shape.of(1))) {
      Tensor x = network.input(1);
      x.set(3f);
      assertThatThrownBy(() -> network.forward(x, TRAIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("norm1")
          .hasMessageContaining("drop-last");
      assertThat(network.forward(x, Pass.EVALUATION).toFloats()[0]).isEqualTo(3f, offset(1e-4f));
    }
    try (Network images = network(Shape.of(1, 1, 2))) {
      Tensor x = images.input(1);
      x.set(3f, 5f);
      assertThat(images.forward(x, TRAIN).toFloats())
          .containsExactly(new float[] {-1, 1}, offset(1e-4f));
    }
  }

  @Test
  void aConstantChannelGivesTheShift() {
    try (Network network = network(Shape.of(1))) {
      Tensor x = network.input(4);
      x.set(1e6f, 1e6f, 1e6f, 1e6f);
      assertThat(network.forward(x, TRAIN).toFloats()).containsOnly(0f);
      assertThat(statistics(network)).containsExactly(new float[] {1e5f, 0.9f}, offset(1e-2f));
    }
  }
}
