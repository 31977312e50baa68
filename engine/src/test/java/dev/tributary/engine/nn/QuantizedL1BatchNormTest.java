package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.sun.management.ThreadMXBean;
import dev.tributary.engine.integer.Precision;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.CpuKernels;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Nd4jKernels;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** L1 batch normalisation on integers against the float64 layer that it stands for. */
class QuantizedL1BatchNormTest {
  private static final Seeds SEEDS = Seeds.root(23);
  private static final int BATCH = 6;
  private static final Shape IMAGE = Shape.of(3, 5, 5);
  private static final int SIZE = BATCH * IMAGE.size();
  private static final Engine LAYERWISE = new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, false);
  private static final Engine EXACT = new Engine(Nd4jKernels.INSTANCE, DataType.DOUBLE, 1, false);
  private static final double[] GAMMA = {1.3, -0.6, 0.9};

  private static Network network(LayerSpec spec, Engine engine) {
    Network network = new Network(List.of(spec), engine, BATCH, true);
    // Scales, shifts, running means and running spreads, in this order.
    network.parameters().set(1.3, -0.6, 0.9, 0.1, 0.4, -0.2, 0, 0, 0, 1, 1, 1);
    return network;
  }

  /** Multiples of 1/64, the first 127 of them: every one is a code. */
  private static double[] representable(String name) {
    RandomStream random = SEEDS.child(name).stream();
    double[] values = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      double of = 12 * (i / 25 % 3 - 1) + 20 * random.nextGaussian();
      values[i] = (i == 0 ? 127 : Math.clamp(Math.round(of), -126, 126)) / 64.0;
    }
    return values;
  }

  private static double[] forward(Network network, double[] x, Pass pass) {
    network.input(BATCH).set(x);
    return network.forward(network.input(BATCH), pass).toDoubles();
  }

  private static double[] backward(Network network, double[] dy, Pass pass, DataType type) {
    try (Tensor gradient = Tensor.zeros(IMAGE.prepend(BATCH), type)) {
      gradient.set(dy);
      return network.backward(gradient, pass).toDoubles();
    }
  }

  @Test
  void outputsAreWithinHalfACodeAndGradientsWithinACodeAndUnbiased() {
    L1BatchNorm source = new L1BatchNorm("n", IMAGE, 1);
    double[] x = representable("x");
    double[] dy = representable("dy");
    Pass once = Pass.training(SEEDS);
    try (Network exact = network(source, EXACT);
        Network integer = network(new QuantizedL1BatchNorm(source), LAYERWISE)) {
      double[] y = forward(exact, x, once);
      double[] actual = forward(integer, x, once);
      double most = 0;
      for (double value : y) {
        most = Math.max(most, Math.abs(value));
      }
      for (int i = 0; i < SIZE; i++) {
        assertThat(actual[i]).isCloseTo(y[i], offset(most / 127 * (0.5 + 1.0 / 64) + 1e-6));
      }
      double[] dx = backward(exact, dy, once, DataType.DOUBLE);
      double code = gradientCode(x, dy);
      int draws = 400;
      double[] sums = new double[SIZE];
      for (int d = 0; d < draws; d++) {
        double[] drawn =
            backward(integer, dy, Pass.training(SEEDS.child("draw", d)), DataType.FLOAT);
        for (int i = 0; i < SIZE; i++) {
          assertThat(drawn[i]).isCloseTo(dx[i], offset(code * 1.001));
          sums[i] += drawn[i];
        }
      }
      for (int i = 0; i < SIZE; i++) {
        // A draw deviates by at most half a code: six deviations of the mean of 400.
        assertThat(sums[i] / draws).isCloseTo(dx[i], offset(6 * 0.5 * code / Math.sqrt(draws)));
      }
      // Sums over codes are exact, and so are codes of numbers that are codes.
      assertThat(integer.gradient().toDoubles())
          .containsExactly(exact.gradient().toDoubles(), offset(1e-4));
      // Running statistics, after the trainable six.
      double[] expected = exact.parameters().toDoubles();
      assertThat(integer.parameters().toDoubles()).containsExactly(expected, offset(1e-6));
      assertThat(forward(integer, x, Pass.EVALUATION))
          .containsExactly(forward(exact, x, Pass.EVALUATION), offset(1e-4));
    }
  }

  /** The documented scale of dx, from its definition: max |gamma| r (max |dy - e| + |k|) / 127. */
  private static double gradientCode(double[] x, double[] dy) {
    double most = 0;
    for (int c = 0; c < 3; c++) {
      int n = SIZE / 3;
      double mean = 0;
      double up = 0;
      for (int i = 0; i < SIZE; i++) {
        mean += i / 25 % 3 == c ? x[i] / n : 0;
        up += i / 25 % 3 == c ? dy[i] / n : 0;
      }
      double spread = 0;
      double sign = 0;
      double moment = 0;
      for (int i = 0; i < SIZE; i++) {
        if (i / 25 % 3 == c) {
          spread += Math.abs(x[i] - mean) / n;
          sign += Math.signum(x[i] - mean) / n;
          moment += dy[i] * (x[i] - mean) / n;
        }
      }
      double pull = moment / (spread + 1e-5);
      double furthest = 0;
      for (int i = 0; i < SIZE; i++) {
        if (i / 25 % 3 == c) {
          furthest = Math.max(furthest, Math.abs(dy[i] - (up - pull * sign)));
        }
      }
      most =
          Math.max(most, Math.abs(GAMMA[c]) / (spread + 1e-5) * (furthest + Math.abs(pull)) / 127);
    }
    return most;
  }

  @Test
  void parametersAndRolesAreTheSources() {
    L1BatchNorm source = new L1BatchNorm("n", Shape.of(5), 1);
    Model model = new Model("m", 5, List.of(new QuantizedL1BatchNorm(source)));
    Model floats = new Model("m", 5, List.of(source));
    assertThat(model.layout()).isEqualTo(floats.layout());
    assertThat(model.initial(SEEDS).toArray()).containsExactly(floats.initial(SEEDS).toArray());
    assertThat(model.batchNormalized()).isTrue();
    assertThat(model.settled().layers()).containsExactly(new SettledL1Norm(source));
    assertThatThrownBy(() -> model.adaptable(SourceWeight.fixed(0.5), false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.normalization = batch");
  }

  @Test
  void chainsAndThreadsGiveTheSameBits() {
    float[] expected = trained(LAYERWISE);
    assertThat(expected).doesNotContain(Float.NaN);
    assertThat(trained(new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 1, true)))
        .containsExactly(expected);
    assertThat(trained(new Engine(CpuKernels.INSTANCE, DataType.FLOAT, 2, true)))
        .containsExactly(expected);
  }

  private static float[] trained(Engine engine) {
    Conv2d conv = new Conv2d("c", Shape.of(3, 24, 24), 8, Window.square(3, 2, 1), null);
    List<LayerSpec> chain =
        List.of(
            new QuantizedConv2d(conv, Precision.shiftQuant(4, 4)),
            new QuantizedL1BatchNorm(new L1BatchNorm("n", conv.output(), 1)),
            new Activation("a", conv.output(), ActivationKind.RELU, 1),
            new Flatten("f", conv.output()),
            new QuantizedDense(
                new Dense("d", conv.output().size(), 10), Precision.shiftQuant(4, 4)));
    return Descent.trained(chain, engine, 64, SEEDS);
  }

  /** Keys of draws are made of names, three a step; a tensor would be 24 KiB of codes. */
  @Test
  void aStepAllocatesNothingButItsKeys() {
    Shape image = Shape.of(3, 32, 32);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Network network =
            new Network(
                List.of(new QuantizedL1BatchNorm(new L1BatchNorm("n", image, 1))),
                Engine.create(),
                8,
                true);
        Tensor dy = Tensor.zeros(image.prepend(8))) {
      Pass pass = Pass.steps(SEEDS);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 2000 && least >= 8192; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        pass.next(0);
        network.forward(network.input(8), pass);
        network.backward(dy, pass);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isLessThan(8192);
    }
  }

  @Test
  void zerosGiveTheShift() {
    try (Network network =
        network(new QuantizedL1BatchNorm(new L1BatchNorm("n", IMAGE, 1)), LAYERWISE)) {
      double[] y = forward(network, new double[SIZE], Pass.training(SEEDS));
      // Within half of a code of 0.4 / 127.
      assertThat(y[0]).isCloseTo(0.1, offset(0.0016));
      assertThat(y[25]).isCloseTo(0.4, offset(0.0016));
      assertThat(backward(network, new double[SIZE], Pass.training(SEEDS), DataType.FLOAT))
          .containsOnly(0);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheLayersName() {
    assertThatThrownBy(
            () -> new QuantizedL1BatchNorm(new L1BatchNorm("norm3", Shape.of(1, 257, 256), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("norm3")
        .hasMessageContaining("65536")
        .hasMessageContaining("precision.normalization = fp32");
    try (Network network =
        network(new QuantizedL1BatchNorm(new L1BatchNorm("norm3", IMAGE, 1)), LAYERWISE)) {
      double[] x = new double[SIZE];
      x[76] = Double.NaN;
      assertThatThrownBy(() -> forward(network, x, Pass.training(SEEDS)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the input of norm3")
          .hasMessageContaining("NaN");
    }
  }
}
