package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.cuda.OnDevice;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Analytic gradients of every layer against central differences, in double precision. */
@OnDevice
class GradientCheckTest {
  private static final double STEP = 1e-6;
  private static final Seeds SEEDS = Seeds.root(20);

  static Stream<Arguments> layers() {
    List<Arguments> cases = new ArrayList<>();
    Shape image = Shape.of(3, 7, 6);
    add(cases, 2, conv(image, 4, Window.square(3, 1, 1), null));
    add(cases, 1, conv(image, 2, new Window(3, 2, 2, 1, 0, 1), null));
    add(cases, 3, conv(Shape.of(1, 5, 5), 1, Window.square(5, 3, 2), null));
    add(cases, 3, conv(image, 3, Window.square(3, 2, 1), WeightStandardization.DEFAULT));
    add(cases, 2, conv(image, 3, Window.square(1, 1, 0), new WeightStandardization(1, 1e-4)));
    // A floor above every row's spread: the branch without the projection.
    add(cases, 2, conv(image, 3, Window.square(2, 1, 0), new WeightStandardization(0, 1e4)));
    add(cases, 5, new Dense("d", 7, 3));
    add(cases, 1, new Dense("d", 1, 5));
    add(cases, 5, new BatchNorm("n", Shape.of(4)));
    add(cases, 3, new BatchNorm("n", Shape.of(2, 3, 5), 0.3, 1e-3));
    add(cases, 1, new BatchNorm("n", Shape.of(3, 2, 2)));
    for (boolean mixture : new boolean[] {false, true}) {
      add(cases, 5, mixed(Shape.of(4), SourceWeight.fixed(0.7), false, mixture));
      add(cases, 3, mixed(Shape.of(2, 3, 5), SourceWeight.prior(2), true, mixture));
      add(cases, 4, mixed(Shape.of(3), SourceWeight.fixed(0), false, mixture));
      add(cases, 1, mixed(Shape.of(3), SourceWeight.fixed(0.5), false, mixture));
      add(cases, 2, mixed(Shape.of(3, 2), SourceWeight.fixed(1), true, mixture));
    }
    add(cases, 3, new GroupNorm("n", Shape.of(6, 3, 2), 3, 1e-5));
    add(cases, 2, new GroupNorm("n", Shape.of(4), 2, 1e-3));
    add(cases, 3, GroupNorm.layer("n", Shape.of(5)));
    add(cases, 1, GroupNorm.layer("n", Shape.of(2, 3, 3)));
    add(cases, 5, new BatchNorm("n", Shape.of(4), 0.1, 1e-5, false));
    add(cases, 3, new GroupNorm("n", Shape.of(6, 3, 2), 3, 1e-5, false));
    add(cases, 3, GroupNorm.instance("n", Shape.of(2, 3, 3)));
    add(cases, 6, new AdaB2N("n", Shape.of(2, 3, 2), 4, 0.4, false));
    add(cases, 5, new AdaB2N("n", Shape.of(4), 4, 0, true));
    for (double kappa : new double[] {1, L1BatchNorm.SQRT_HALF_PI}) {
      add(cases, 5, new L1BatchNorm("n", Shape.of(4), kappa));
      add(cases, 3, new L1BatchNorm("n", Shape.of(2, 3, 5), kappa, 0.3, 1e-3));
      add(cases, 1, new L1BatchNorm("n", Shape.of(3, 2, 2), kappa));
      add(cases, 3, new SettledL1Norm(new L1BatchNorm("n", Shape.of(2, 3), kappa)));
      add(cases, 3, L1GroupNorm.layer("n", Shape.of(5), kappa));
      add(cases, 2, L1GroupNorm.layer("n", Shape.of(2, 3, 3), kappa));
      add(cases, 3, new L1GroupNorm("n", Shape.of(6, 3, 2), 3, kappa, 1e-3));
    }
    for (ActivationKind kind : ActivationKind.values()) {
      add(cases, 3, new Activation("a", Shape.of(11), kind, 1));
      add(cases, 2, new Activation("a", Shape.of(2, 3), kind, kind.gain()));
    }
    add(cases, 3, new Dropout("p", Shape.of(17), 0.4));
    add(cases, 3, pool(Pool2d.Kind.MAX, image, Window.square(2, 2, 0)));
    add(cases, 2, pool(Pool2d.Kind.MAX, image, Window.square(3, 2, 1)));
    add(cases, 3, pool(Pool2d.Kind.AVERAGE, image, Window.square(2, 2, 0)));
    add(cases, 2, pool(Pool2d.Kind.AVERAGE, image, new Window(3, 2, 1, 2, 1, 1)));
    add(cases, 2, new AdaptiveAvgPool2d("p", image, 3, 4));
    add(cases, 3, new AdaptiveAvgPool2d("p", image, 1, 1));
    add(cases, 1, new AdaptiveAvgPool2d("p", Shape.of(2, 3, 3), 5, 2));
    add(cases, 2, new Flatten("f", image));
    add(cases, 3, new SkipInit("g", image));
    add(cases, 1, new SkipInit("g", Shape.of(5)));
    add(cases, 2, skipInitBlock());
    add(cases, 3, residual(false));
    add(cases, 2, residual(true));
    return cases.stream();
  }

  private static void add(List<Arguments> cases, int batch, LayerSpec layer) {
    String name = layer.describe() + " " + layer.input() + " x" + batch;
    cases.add(Arguments.of(name + " #" + cases.size(), batch, layer));
  }

  private static LayerSpec mixed(
      Shape input, SourceWeight weight, boolean unbiased, boolean mixture) {
    return new AlphaBatchNorm(new BatchNorm("n", input, 0.1, 1e-3), weight, unbiased, mixture);
  }

  private static LayerSpec conv(
      Shape input, int channels, Window window, @Nullable WeightStandardization rule) {
    return new Conv2d("c", input, channels, window, rule);
  }

  private static LayerSpec pool(Pool2d.Kind kind, Shape input, Window window) {
    return new Pool2d("p", input, kind, window);
  }

  private static LayerSpec residual(boolean projection) {
    Shape in = Shape.of(2, 4, 4);
    int channels = projection ? 3 : 2;
    Conv2d first = new Conv2d("c1", in, channels, Window.square(3, 1, 1), null);
    List<LayerSpec> branch =
        List.of(
            first,
            new BatchNorm("n1", first.output()),
            new Activation("a1", first.output(), ActivationKind.TANH, 1));
    List<LayerSpec> shortcut =
        projection
            ? List.of(new Conv2d("s", in, channels, Window.square(1, 1, 0), null))
            : List.of();
    return new Residual("r", branch, shortcut);
  }

  /** A block without normalisation: its branch ends with a gain. */
  private static LayerSpec skipInitBlock() {
    Conv2d first = new Conv2d("c1", Shape.of(2, 4, 4), 2, Window.square(3, 1, 1), null);
    List<LayerSpec> branch =
        List.of(
            first,
            new Activation("a1", first.output(), ActivationKind.TANH, 1),
            new SkipInit("g", first.output()));
    return new Residual("r", branch, List.of());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void matchesCentralDifferences(String name, int batch, LayerSpec spec) {
    try (Network network = new Network(List.of(spec), Engine.reference(), batch + 2, true)) {
      Seeds seeds = SEEDS.child(name);
      network.parameters().set(parameters(seeds, network));
      Tensor x = network.input(batch);
      x.set(Cases.normal(seeds.child("x"), x.size(), 0, 1));
      double[] direction = Cases.normal(seeds.child("dy"), batch * spec.output().size(), 0, 1);
      Pass pass = Pass.training(seeds.child("pass"));
      // Of three tasks seen the batch lacks one; only what weighs by task looks.
      pass.tasks(new BatchTasks(new int[] {0, 2, 2, 0, 2, 2}, 3, true, 0));

      network.forward(x, pass);
      Tensor dy = Tensor.zeros(spec.output().prepend(batch), x.array().dataType());
      dy.set(direction);
      double[] dx = network.backward(dy, pass).toDoubles();
      double[] dw = network.gradient().toDoubles();

      check("input", network, x, x, dx, direction, pass);
      if (network.layout().trainableSize() > 0) {
        check("parameters", network, x, network.weights(), dw, direction, pass);
      }
      dy.close();
    }
  }

  /** Around 1, so that scales and gains are nothing special; running statistics positive. */
  private static double[] parameters(Seeds seeds, Network network) {
    double[] values = Cases.normal(seeds.child("w"), network.parameters().size(), 0, 0.5);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          i < network.layout().trainableSize() ? values[i] + i % 2 : 1 + Math.abs(values[i]);
    }
    return values;
  }

  private static void check(
      String what,
      Network network,
      Tensor x,
      Tensor moved,
      double[] gradient,
      double[] direction,
      Pass pass) {
    double largest = 0;
    for (int i = 0; i < moved.size(); i++) {
      double value = moved.get(i);
      moved.put(i, value + STEP);
      double above = dot(network.forward(x, pass), direction);
      moved.put(i, value - STEP);
      double below = dot(network.forward(x, pass), direction);
      moved.put(i, value);
      double numeric = (above - below) / (2 * STEP);
      double scale = 1 + Math.abs(numeric);
      assertThat(gradient[i])
          .as("%s, element %d", what, i)
          .isCloseTo(numeric, offset(2e-7 * scale));
      largest = Math.max(largest, Math.abs(numeric));
    }
    // Otherwise zeros would have been compared with zeros.
    assertThat(largest).as("the largest gradient of %s", what).isGreaterThan(1e-3);
  }

  private static double dot(Tensor y, double[] direction) {
    double[] values = y.toDoubles();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * direction[i];
    }
    return sum;
  }
}
