package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropoutTest {
  @Test
  void dropsTheRateScalesTheRestAndSleepsInEvaluation() {
    Dropout spec = new Dropout("drop", Shape.of(10_000), 0.3);
    try (Network network = new Network(List.of(spec), Engine.create(), 2, true)) {
      Tensor x = network.input(2);
      float[] ones = new float[20_000];
      Arrays.fill(ones, 1f);
      x.set(ones);
      float[] y = network.forward(x, Pass.training(Seeds.root(5))).toFloats();
      long zeros = 0;
      RandomStream stream = Seeds.root(5).child("drop").stream();
      for (float v : y) {
        zeros += v == 0 ? 1 : 0;
        assertThat(v).isEqualTo(stream.nextDouble() < 0.3 ? 0 : (float) (1 / 0.7));
      }
      // Six standard deviations of a binomial with p = 0.3.
      assertThat(zeros / 20_000.0).isEqualTo(0.3, offset(6 * Math.sqrt(0.21 / 20_000)));
      float[] again = network.forward(x, Pass.training(Seeds.root(5))).toFloats();
      assertThat(again).isEqualTo(y);
      assertThat(network.forward(x, Pass.training(Seeds.root(6))).toFloats()).isNotEqualTo(y);
      assertThat(network.forward(x, Pass.EVALUATION).toFloats()).isEqualTo(ones);
    }
  }
}
