package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

class AlphaBatchNormTest {
  private static final Seeds SEEDS = Seeds.root(4);
  private static final Pass TRAIN = Pass.training(SEEDS);

  private static AlphaBatchNorm mixed(
      Shape input, SourceWeight weight, boolean unbiased, boolean mixture) {
    return new AlphaBatchNorm(new BatchNorm("norm1", input), weight, unbiased, mixture);
  }

  private static Network network(LayerSpec spec) {
    return new Network(List.of(spec), Engine.reference(), 4, true);
  }

  /** mu_s = 1, var_s = 4; the batch {0, 3, 6, 3} has mean 3 and variance 18/4 or 18/3. */
  private static double normalOf(double x, SourceWeight weight, boolean unbiased, boolean mixture) {
    try (Network network = network(mixed(Shape.of(1), weight, unbiased, mixture))) {
      network.parameters().set(1.0, 0.0, 1.0, 4.0);
      Tensor input = network.input(4);
      input.set(0.0, 3.0, 6.0, 3.0);
      double[] y = network.forward(input, Pass.EVALUATION).toDoubles();
      assertThat(network.forward(input, TRAIN).toDoubles()).containsExactly(y);
      assertThat(network.parameters().toDoubles()).containsExactly(1, 0, 1, 4);
      // The layer is affine: its value at x from those at 0 and 6.
      return y[0] + (y[2] - y[0]) * x / 6;
    }
  }

  /** By hand: mu = a + 3 (1 - a), var = 4 a + var_t (1 - a) + a (1 - a) (1 - 3)^2. */
  @Test
  void mixesMeansAndVariancesAndMovesNothing() {
    SourceWeight nine = SourceWeight.fixed(0.9);
    assertThat(normalOf(5, nine, false, false))
        .isEqualTo((5 - 1.2) / Math.sqrt(4.05 + 1e-5), offset(1e-12));
    assertThat(normalOf(5, nine, true, false))
        .isEqualTo((5 - 1.2) / Math.sqrt(4.2 + 1e-5), offset(1e-12));
    assertThat(normalOf(5, nine, false, true))
        .isEqualTo((5 - 1.2) / Math.sqrt(4.41 + 1e-5), offset(1e-12));
    assertThat(normalOf(5, SourceWeight.fixed(0), false, true))
        .isEqualTo((5 - 3) / Math.sqrt(4.5 + 1e-5), offset(1e-12));
    assertThat(normalOf(5, SourceWeight.fixed(1), false, true))
        .isEqualTo((5 - 1) / Math.sqrt(4 + 1e-5), offset(1e-12));
    // A source worth 12 samples, 4 of the batch: 12 / 16.
    assertThat(normalOf(5, SourceWeight.prior(12), false, false))
        .isEqualTo((5 - 1.5) / Math.sqrt(4.125 + 1e-5), offset(1e-12));
  }

  /** The vector alpha_bn, computed in NumPy: mu_t = 3 and var_t = 9 are those of {0, 6}. */
  @Test
  void agreesWithTheVector() {
    try (Network network = network(mixed(Shape.of(1), SourceWeight.fixed(0.9), false, false))) {
      network.parameters().set(1.0, 0.0, 1.0, 4.0);
      Tensor input = network.input(2);
      input.set(0.0, 6.0);
      double[] y = network.forward(input, Pass.EVALUATION).toDoubles();
      assertThat(y[0] + (y[1] - y[0]) * 5 / 6).isEqualTo(1.7913351886345943, offset(1e-9));
    }
    try (Network network = network(mixed(Shape.of(1), SourceWeight.fixed(0.9), false, true))) {
      network.parameters().set(1.0, 0.0, 1.0, 4.0);
      Tensor input = network.input(2);
      input.set(0.0, 6.0);
      assertThat(network.forward(input, Pass.EVALUATION).toDoubles()[1])
          .isEqualTo((6 - 1.2) / Math.sqrt(4.86 + 1e-5), offset(1e-12));
    }
  }

  static Stream<Engine> engines() {
    List<Engine> engines = new ArrayList<>();
    engines.add(new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, false));
    engines.add(Engine.reference());
    if (Engine.create().oneDnn()) {
      engines.add(Engine.create());
    }
    return engines.stream();
  }

  /** A convolution, a norm with its ReLU, a convolution, a norm without one. */
  private static List<LayerSpec> chain(boolean wrapped) {
    Conv2d first = new Conv2d("c1", Shape.of(3, 9, 8), 16, Window.square(3, 1, 1), null);
    Conv2d second = new Conv2d("c2", first.output(), 7, Window.square(3, 2, 1), null);
    return List.of(
        first,
        norm("n1", first.output(), wrapped),
        new Activation("a1", first.output(), ActivationKind.RELU, 1),
        second,
        norm("n2", second.output(), wrapped));
  }

  private static LayerSpec norm(String name, Shape input, boolean wrapped) {
    BatchNorm norm = new BatchNorm(name, input);
    return wrapped ? new AlphaBatchNorm(norm, SourceWeight.fixed(1), false, false) : norm;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theSourceAloneIsEvaluationToTheBit(Engine engine) {
    int batch = 5;
    try (Network plain = new Network(chain(false), engine, batch, false);
        Network wrapped = new Network(chain(true), engine, batch, false)) {
      assertThat(wrapped.layout()).isEqualTo(plain.layout());
      double[] values = Cases.normal(SEEDS.child("w"), plain.layout().size(), 0, 0.5);
      for (int i = plain.layout().trainableSize(); i < values.length; i++) {
        values[i] = 0.5 + Math.abs(values[i]);
      }
      plain.parameters().set(values);
      wrapped.parameters().set(values);
      double[] x = Cases.normal(SEEDS.child("x"), batch * 3 * 9 * 8, 3, 2);
      plain.input(batch).set(x);
      wrapped.input(batch).set(x);
      ParameterVector before = wrapped.save();
      double[] expected = plain.forward(plain.input(batch), Pass.EVALUATION).toDoubles();
      assertThat(wrapped.forward(wrapped.input(batch), Pass.EVALUATION).toDoubles())
          .containsExactly(expected);
      double[] withGradients = wrapped.forward(wrapped.input(batch), TRAIN).toDoubles();
      assertThat(withGradients).containsExactly(expected, offset(engine.oneDnn() ? 1e-5 : 0));
      assertThat(wrapped.save()).isEqualTo(before);
    }
  }

  @Test
  void oneValuePerChannelHasNoSpread() {
    for (double weight : new double[] {0, 0.5, 1}) {
      SourceWeight fixed = SourceWeight.fixed(weight);
      try (Network network = network(mixed(Shape.of(1), fixed, false, false))) {
        network.parameters().set(2.0, 7.0, 1.0, 4.0);
        Tensor x = network.input(1);
        x.set(3.0);
        double mean = weight + 3 * (1 - weight);
        assertThat(network.forward(x, Pass.EVALUATION).toDoubles()[0])
            .isEqualTo(7 + 2 * (3 - mean) / Math.sqrt(4 * weight + 1e-5), offset(1e-9));
      }
    }
    try (Network network = network(mixed(Shape.of(1), SourceWeight.fixed(0.5), true, false))) {
      assertThatThrownBy(() -> network.forward(network.input(1), Pass.EVALUATION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("norm1")
          .hasMessageContaining("unbiased = false");
    }
    try (Network network = network(mixed(Shape.of(1), SourceWeight.fixed(1), true, false))) {
      network.parameters().set(1.0, 0.0, 1.0, 4.0);
      network.input(1).set(3.0);
      assertThat(network.forward(network.input(1), Pass.EVALUATION).toDoubles()[0])
          .isEqualTo(2 / Math.sqrt(4 + 1e-5), offset(1e-12));
    }
  }

  @Test
  void weightsOutsideTheirRangeAreRefused() {
    for (double weight : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> SourceWeight.fixed(weight)).hasMessageContaining("[0, 1]");
    }
    for (double samples : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> SourceWeight.prior(samples)).hasMessageContaining(">= 0");
    }
  }
}
