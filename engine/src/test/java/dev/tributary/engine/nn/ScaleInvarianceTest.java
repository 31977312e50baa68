package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the projection of weights rests on: behind a normalisation, {@code f(cW) = f(W)} and so
 * {@code grad f(cW) = grad f(W) / c} and {@code <W, grad f(W)> = 0}. The numbers are an independent
 * program's, of {@code f(W) = |norm(W x) - (1, 0, -1)|^2}; its eps is smaller than ours, which is a
 * millionth of the variance here.
 */
class ScaleInvarianceTest {
  private static final double[] WEIGHT = {1, 2, 3, -1, 0.5, 0.5};
  private static final double[] GRADIENT = {
    -0.4421795107845128,
    0.8843590233453824,
    -0.20099068809287246,
    0.4019813744093881,
    0.6431701988773852,
    -1.2863403981988597
  };
  private static final double[] GRADIENT_AT_THRICE = {
    -0.14739316966938532,
    0.2947863415592167,
    -0.06699689558686828,
    0.13399379072964734,
    0.214390066144432,
    -0.4287801318447748
  };
  private static final double VALUE = 6.496264004161448;

  /** f, and its gradient at the weight. */
  private record Result(double value, List<Double> gradient) {}

  /** f where weight and bias (of the second unit) are so many times what they are. */
  private static Result at(double factor, double bias) {
    List<LayerSpec> layers = List.of(new Dense("fc1", 2, 3), GroupNorm.layer("norm1", Shape.of(3)));
    Engine engine = Engine.reference();
    try (Network network = new Network(layers, engine, 1, false);
        Tensor upstream = Tensor.zeros(Shape.of(1, 3), engine.type())) {
      double[] values = new double[15];
      for (int i = 0; i < 6; i++) {
        values[i] = factor * WEIGHT[i];
      }
      values[7] = factor * bias;
      System.arraycopy(new double[] {1, 1, 1}, 0, values, 9, 3);
      network.parameters().set(values);
      network.input(1).set(1d, -2d);
      Pass pass = Pass.training(new Seeds(0));
      double[] y = network.forward(network.input(1), pass).toDoubles();
      double[] difference = {y[0] - 1, y[1], y[2] + 1};
      double f = 0;
      for (int i = 0; i < 3; i++) {
        f += difference[i] * difference[i];
        difference[i] *= 2;
      }
      upstream.set(difference);
      network.backward(upstream, pass);
      double[] all = network.gradient().toDoubles();
      return new Result(f, Arrays.stream(all).limit(6).boxed().toList());
    }
  }

  private static double[] gradient(double factor) {
    return at(factor, 0).gradient().stream().mapToDouble(g -> g).toArray();
  }

  @Test
  void aLargerWeightComputesTheSameAndHasASmallerGradient() {
    assertThat(at(1, 0).value()).isEqualTo(VALUE, offset(1e-5));
    assertThat(at(3, 0).value()).isEqualTo(VALUE, offset(1e-5));
    assertThat(gradient(1)).containsExactly(GRADIENT, offset(5e-6));
    assertThat(gradient(3)).containsExactly(GRADIENT_AT_THRICE, offset(5e-6));
  }

  @Test
  void theGradientIsOrthogonalToTheWeight() {
    double[] g = gradient(1);
    double product = 0;
    for (int i = 0; i < g.length; i++) {
      product += WEIGHT[i] * g[i];
    }
    assertThat(product).isEqualTo(0, offset(1e-5));
  }

  @Test
  void withABiasItTakesTheSameFactorOnBoth() {
    assertThat(at(3, 2).value()).isEqualTo(at(1, 2).value(), offset(1e-5));
    // Three times the weight with the bias as it was is another function.
    assertThat(Math.abs(at(3, 2.0 / 3).value() - at(1, 2).value())).isGreaterThan(1e-2);
  }
}
