package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.integer.Precision.Arm;
import dev.tributary.engine.integer.Precision.GradientScale;
import dev.tributary.engine.integer.Precision.WeightScale;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Quantised layers against the float32 layers that they stand for. */
class QuantizedLayersTest {
  private static final Seeds SEEDS = Seeds.root(41);
  private static final int BATCH = 3;
  private static final Engine LAYERWISE = new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, false);

  /** What one step gives. */
  private static final class Outcome {
    final float[] y;
    final float[] dx;
    final float[] gradient;

    Outcome(float[] y, float[] dx, float[] gradient) {
      this.y = y;
      this.dx = dx;
      this.gradient = gradient;
    }
  }

  static List<Conv2d> convolutions() {
    return List.of(
        new Conv2d("c", Shape.of(3, 7, 6), 5, Window.square(3, 1, 1), null),
        new Conv2d("c", Shape.of(16, 5, 5), 8, Window.square(5, 1, 2), null),
        new Conv2d("c", Shape.of(4, 8, 7), 6, Window.square(3, 2, 1), null),
        new Conv2d("c", Shape.of(4, 8, 7), 6, Window.square(1, 2, 0), null),
        new Conv2d("c", Shape.of(1, 9, 8), 2, new Window(3, 2, 3, 1, 0, 1), null));
  }

  /** Every code of eight bits stands for itself, and so does every sum in float32. */
  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionOfRepresentableNumbersIsExact(Conv2d source) {
    for (GradientScale scale : GradientScale.values()) {
      LayerSpec quantized = new QuantizedConv2d(source, eightBits(scale));
      exact(source, quantized, source.channels(), source.output().size() / source.channels());
    }
  }

  @Test
  void denseOfRepresentableNumbersIsExact() {
    Dense source = new Dense("d", 37, 11);
    for (GradientScale scale : GradientScale.values()) {
      exact(source, new QuantizedDense(source, eightBits(scale)), 11, 1);
    }
  }

  private static Precision eightBits(GradientScale scale) {
    return new Precision(8, 8, 8, Arm.SHIFTQUANT, 3, scale, WeightScale.TENSOR, true);
  }

  private static void exact(LayerSpec source, LayerSpec quantized, int channels, int positions) {
    float[] weights = representable(Network.layout(List.of(source)).size(), "w");
    float[] x = representable(BATCH * source.input().size(), "x");
    // Scales of channels and groups are powers of two where a channel's largest is 127 of them.
    float[] dy = representable(BATCH * source.output().size(), "dy");
    for (int n = 0; n < BATCH; n++) {
      for (int c = 0; c < channels; c++) {
        dy[(n * channels + c) * positions] = -127f / 128;
      }
    }
    for (Engine engine : List.of(LAYERWISE, Engine.create())) {
      Outcome expected = step(source, engine, weights, x, dy, SEEDS);
      Outcome actual = step(quantized, engine, weights, x, dy, SEEDS);
      assertThat(actual.y).containsExactly(expected.y);
      assertThat(actual.dx).containsExactly(expected.dx);
      assertThat(actual.gradient).containsExactly(expected.gradient);
    }
  }

  /** Multiples of 1/128, the first 127 of them. */
  private static float[] representable(int count, String name) {
    RandomStream stream = SEEDS.child(name).stream();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i == 0 ? 127f / 128 : (float) (Math.floor(stream.nextDouble() * 25) - 12) / 128;
    }
    return values;
  }

  /** With codes that stand for X and W exactly, what draws round is dY alone. */
  @Test
  void gradientsAreUnbiased() {
    Conv2d conv = new Conv2d("c", Shape.of(3, 5, 5), 4, Window.square(3, 1, 1), null);
    unbiased(conv, new QuantizedConv2d(conv, gradientBits(Arm.SHIFTQUANT)));
    unbiased(conv, new QuantizedConv2d(conv, gradientBits(Arm.PER_TENSOR)));
    Dense dense = new Dense("d", 9, 6);
    unbiased(dense, new QuantizedDense(dense, gradientBits(Arm.SHIFTQUANT)));
    unbiased(dense, new QuantizedDense(dense, gradientBits(Arm.PER_CHANNEL)));
  }

  private static Precision gradientBits(Arm arm) {
    return new Precision(8, 8, 3, arm, 4, GradientScale.CHANNEL, WeightScale.TENSOR, true);
  }

  private static void unbiased(LayerSpec source, LayerSpec quantized) {
    float[] weights = representable(Network.layout(List.of(source)).size(), "w");
    float[] x = representable(BATCH * source.input().size(), "x");
    float[] dy = new float[BATCH * source.output().size()];
    RandomStream stream = SEEDS.child("gradient").stream();
    for (int i = 0; i < dy.length; i++) {
      dy[i] = (float) (stream.nextDouble() - 0.5);
    }
    Outcome expected = step(source, LAYERWISE, weights, x, dy, SEEDS);
    int draws = 3000;
    double[] dx = new double[expected.dx.length];
    double[] gradient = new double[expected.gradient.length];
    try (Network network = network(quantized, LAYERWISE, weights)) {
      for (int i = 0; i < draws; i++) {
        Outcome one = step(network, quantized, x, dy, SEEDS.child("draw", i));
        add(one.dx, dx);
        add(one.gradient, gradient);
      }
    }
    // dY's error is uniform over at most half a unit and of it sums over 9 x 4 or 75 terms of at
    // most one: five standard errors of the largest of them.
    double unit = 0.5 / 3;
    double dxError = 5 * unit / 2 * norm(weights) / Math.sqrt(draws);
    double gradientError = 5 * unit / 2 * norm(x) / Math.sqrt(draws);
    for (int i = 0; i < dx.length; i++) {
      assertThat(dx[i] / draws).isCloseTo(expected.dx[i], within(dxError));
    }
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i] / draws).isCloseTo(expected.gradient[i], within(gradientError));
    }
    assertThat(dxError).isLessThan(0.02 * norm(expected.dx));
    assertThat(gradientError).isLessThan(0.02 * norm(expected.gradient));
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum);
  }

  private static void add(float[] values, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  @Test
  void allTiersThreadsAndChainsGiveTheSameBits() {
    Precision precision = Precision.shiftQuant(4, 4);
    List<LayerSpec> chain = chain(precision);
    float[] expected =
        trained(chain, new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, false, "reference"));
    List<Engine> engines = new ArrayList<>();
    for (String tier : List.of("auto", "onednn", "float", "reference")) {
      engines.add(new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, true, tier));
    }
    engines.add(LAYERWISE);
    engines.add(new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 2, true));
    for (Engine engine : engines) {
      assertThat(trained(chain, engine)).as(engine.toString()).containsExactly(expected);
    }
    assertThat(expected).doesNotContain(Float.NaN);
    assertThat(trained(chain(Precision.shiftQuant(4, 2)), LAYERWISE)).isNotEqualTo(expected);
  }

  private static List<LayerSpec> chain(Precision precision) {
    Conv2d first =
        new Conv2d(
            "c1", Shape.of(3, 8, 8), 16, Window.square(3, 2, 1), WeightStandardization.DEFAULT);
    Conv2d inner = new Conv2d("c2", first.output(), 16, Window.square(3, 1, 1), null);
    Residual block =
        new Residual(
            "r",
            List.of(
                new QuantizedConv2d(inner, precision),
                new Activation("a2", inner.output(), ActivationKind.RELU, 1)),
            List.of());
    Dense dense = new Dense("d", inner.output().size(), 10);
    return List.of(
        new QuantizedConv2d(first, precision),
        new Activation("a1", first.output(), ActivationKind.RELU, 1.5),
        block,
        new Flatten("f", inner.output()),
        new QuantizedDense(dense, precision));
  }

  private static float[] trained(List<LayerSpec> chain, Engine engine) {
    return Descent.trained(chain, engine, BATCH, SEEDS);
  }

  @Test
  void zerosGiveZeros() {
    Dense dense = new Dense("d", 4, 3);
    Outcome outcome =
        step(
            new QuantizedDense(dense, Precision.shiftQuant(4, 4)),
            Engine.create(),
            new float[15],
            new float[BATCH * 4],
            new float[BATCH * 3],
            SEEDS);
    assertThat(outcome.y).containsOnly(0);
    assertThat(outcome.dx).containsOnly(0);
    assertThat(outcome.gradient).containsOnly(0);
  }

  @Test
  void whatIsNotFiniteIsRefusedWithTheLayersName() {
    Dense dense = new Dense("fc7", 4, 3);
    float[] weights = new float[15];
    float[] x = new float[BATCH * 4];
    x[5] = Float.NaN;
    LayerSpec quantized = new QuantizedDense(dense, Precision.shiftQuant(4, 4));
    assertThatThrownBy(
            () -> step(quantized, Engine.create(), weights, x, new float[BATCH * 3], SEEDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the input of fc7")
        .hasMessageContaining("[1, 1]")
        .hasMessageContaining("NaN");
    float[] dy = new float[BATCH * 3];
    dy[2] = Float.NEGATIVE_INFINITY;
    assertThatThrownBy(
            () -> step(quantized, Engine.create(), weights, new float[BATCH * 4], dy, SEEDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the output gradient of fc7");
  }

  private static Network network(LayerSpec layer, Engine engine, float[] weights) {
    Network network = new Network(List.of(layer), engine, BATCH, true);
    network.parameters().copyIn(weights, weights.length);
    return network;
  }

  private static Outcome step(
      LayerSpec layer, Engine engine, float[] weights, float[] x, float[] dy, Seeds seeds) {
    try (Network network = network(layer, engine, weights)) {
      return step(network, layer, x, dy, seeds);
    }
  }

  private static Outcome step(
      Network network, LayerSpec layer, float[] x, float[] dy, Seeds seeds) {
    Pass pass = Pass.training(seeds);
    network.input(BATCH).copyIn(x, x.length);
    float[] y = network.forward(network.input(BATCH), pass).toFloats();
    try (Tensor gradient = Tensor.zeros(layer.output().prepend(BATCH))) {
      gradient.copyIn(dy, dy.length);
      float[] dx = network.backward(gradient, pass).toFloats();
      return new Outcome(y, dx, network.gradient().toFloats());
    }
  }
}
