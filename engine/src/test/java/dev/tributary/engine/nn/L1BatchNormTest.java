package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.sun.management.ThreadMXBean;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class L1BatchNormTest {
  private static final Pass TRAIN = Pass.training(Seeds.root(1));

  private static Network network(LayerSpec spec) {
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
  void runningStatisticsMoveInTrainingAndNormaliseInEvaluation() {
    try (Network network = network(new L1BatchNorm("norm1", Shape.of(1), 1))) {
      Tensor x = network.input(4);
      x.set(1f, 2f, 4f, 9f);
      float[] y = network.forward(x, TRAIN).toFloats();
      // Mean 4, mean absolute deviation (3 + 2 + 0 + 5) / 4 = 2.5.
      assertThat(y).containsExactly(new float[] {-1.2f, -0.8f, 0f, 2f}, offset(2e-5f));
      // 0.9 * 0 + 0.1 * 4 and 0.9 * 1 + 0.1 * 2.5.
      assertThat(statistics(network)).containsExactly(new float[] {0.4f, 1.15f}, offset(1e-6f));
      float[] settled = network.forward(x, Pass.EVALUATION).toFloats();
      // (1 - 0.4) / 1.15 and (9 - 0.4) / 1.15.
      assertThat(settled[0]).isEqualTo(0.5217391f, offset(1e-5f));
      assertThat(settled[3]).isEqualTo(7.478261f, offset(1e-4f));
      assertThat(statistics(network)).containsExactly(new float[] {0.4f, 1.15f}, offset(1e-6f));
    }
  }

  @Test
  void kappaIsInTheRunningSpread() {
    L1BatchNorm spec = new L1BatchNorm("n", Shape.of(1), L1BatchNorm.SQRT_HALF_PI, 1, 1e-5);
    try (Network network = network(spec)) {
      Tensor x = network.input(4);
      x.set(1f, 2f, 4f, 9f);
      network.forward(x, TRAIN);
      // sqrt(pi / 2) * 2.5.
      assertThat(statistics(network)).containsExactly(new float[] {4f, 3.1332853f}, offset(1e-6f));
    }
  }

  @Test
  void aConstantChannelGivesTheShiftAndOneValueIsRefused() {
    try (Network network = network(new L1BatchNorm("norm1", Shape.of(1), 1))) {
      Tensor x = network.input(4);
      x.set(3e5f, 3e5f, 3e5f, 3e5f);
      assertThat(network.forward(x, TRAIN).toFloats()).containsOnly(0f);
      assertThatThrownBy(() -> network.forward(network.input(1), TRAIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("norm1");
    }
  }

  @Test
  void rolesAreThoseOfBatchNormalization() {
    assertThat(Network.layout(List.of(new L1BatchNorm("n", Shape.of(3), 1))).specs())
        .extracting(s -> s.role())
        .containsExactly(
            Role.NORM_SCALE, Role.NORM_SHIFT, Role.NORM_RUNNING_MEAN, Role.NORM_RUNNING_VAR);
  }

  @Test
  void settledModelsNormaliseByRunningStatisticsInTrainingToo() {
    L1BatchNorm norm = new L1BatchNorm("n", Shape.of(2), 1);
    Model model = new Model("m", 2, List.of(norm));
    assertThat(model.batchNormalized()).isTrue();
    assertThat(model.settled().batchNormalized()).isFalse();
    assertThat(model.settled().layout()).isEqualTo(model.layout());
    assertThatThrownBy(() -> model.adaptable(SourceWeight.fixed(0.5), false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.normalization = batch");
    try (Network network = network(new SettledL1Norm(norm))) {
      Tensor x = network.input(1);
      x.set(2f, -3f);
      // Mean 0, spread 1 at first.
      assertThat(network.forward(x, TRAIN).toFloats())
          .containsExactly(new float[] {2, -3}, offset(1e-4f));
    }
  }

  @Test
  void badConstantsAreRefused() {
    for (double kappa : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new L1BatchNorm("norm7", Shape.of(1), kappa))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("norm7: kappa");
    }
    assertThatThrownBy(() -> new L1GroupNorm("norm8", Shape.of(4), 3, 1, 1e-5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groups must divide");
    // A group of one element is its own mean: whatever the input, nothing is left of it.
    for (IntFunction<Object> norm :
        List.<IntFunction<Object>>of(
            groups -> new L1GroupNorm("norm9", Shape.of(4), groups, 1, 1e-5),
            groups -> new GroupNorm("norm9", Shape.of(4), groups, 1e-5))) {
      assertThat(norm.apply(2)).isNotNull();
      assertThatThrownBy(() -> norm.apply(4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("norm9", "4 groups", "fewer groups");
    }
  }

  @Test
  void aStepAllocatesNothingOnTheHeap() {
    Shape image = Shape.of(3, 4, 4);
    List<LayerSpec> chain =
        List.of(new L1BatchNorm("n", image, 1), L1GroupNorm.layer("m", image, 1));
    try (Network network = new Network(chain, Engine.create(), 8, true);
        Tensor dy = Tensor.zeros(image.prepend(8))) {
      Pass pass = Pass.steps(Seeds.root(1));
      // A view or an array per step would be 100 times 16 bytes at least; the just-in-time
      // compiler needs a while to do away with what does not leave a method.
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 5000 && least >= 1600; i++) {
        least = Math.min(least, allocated(network, dy, pass));
      }
      assertThat(least).isLessThan(1600);
    }
  }

  private static long allocated(Network network, Tensor dy, Pass pass) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Tensor x = network.input(8);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      pass.next(0);
      network.forward(x, pass);
      network.backward(dy, pass);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
