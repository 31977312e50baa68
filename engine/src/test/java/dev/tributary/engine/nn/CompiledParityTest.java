package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.engine.Cases;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Chains computed by oneDNN as a whole against the same chains layer by layer in double precision,
 * which the gradient checks hold to central differences.
 */
class CompiledParityTest {
  private static final Seeds SEEDS = Seeds.root(77);

  @BeforeAll
  static void needsOneDnn() {
    assumeTrue(OneDnn.available(), "oneDNN is not there for this machine");
  }

  static Stream<Arguments> chains() {
    List<Arguments> cases = new ArrayList<>();
    for (int n : new int[] {1, 2, 5, 33}) {
      for (double gain : new double[] {1, 1.7139588594436646}) {
        add(cases, n, conv(Shape.of(3, 9, 7), 5, Window.square(3, 1, 1), false), relu(gain));
        add(cases, n, conv(Shape.of(6, 8, 8), 16, Window.square(5, 1, 0), true), relu(gain));
        add(cases, n, dense(7, 5), relu(gain));
        add(cases, n, pool(Shape.of(5, 7, 6), Window.square(3, 2, 1)), relu(gain));
      }
      add(cases, n, conv(Shape.of(17, 9, 9), 18, new Window(3, 2, 2, 1, 1, 0), false));
      add(cases, n, conv(Shape.of(32, 8, 8), 16, Window.square(1, 1, 0), false));
      add(cases, n, dense(33, 12));
      add(cases, n, pool(Shape.of(18, 8, 8), Window.square(2, 2, 0)));
      add(cases, n, residual(false), flatten());
      add(cases, n, residual(true), relu(1));
      add(cases, n, wide());
      add(cases, n, mean(Shape.of(3, 6, 6)), flatten(), dropout(), dense(0, 4));
      add(cases, n, pool(Shape.of(3, 8, 8), Window.square(2, 2, 0)), mean(Shape.of(1)), flatten());
      add(cases, n, mean(Shape.of(2, 8, 8)), pool(Shape.of(1), Window.square(2, 2, 0)), flatten());
      // Two values normalise to -1 and 1, and what is left of their gradient is rounding.
      if (n > 2) {
        add(cases, n, norm(Shape.of(6)), relu(1));
        add(cases, n, norm(Shape.of(20, 5, 4)), relu(1));
        add(cases, n, norm(Shape.of(3, 6, 6)), relu(1.5));
        add(cases, n, plain());
        add(cases, n, balanced(Shape.of(20, 5, 4), false), relu(1));
        add(cases, n, balanced(Shape.of(6), true));
        add(cases, n, continual(true));
        add(cases, n, continual(false));
      }
      for (double weight : new double[] {0.9, 1}) {
        add(cases, n, mixed(Shape.of(20, 5, 4), weight), relu(1));
        add(
            cases,
            n,
            conv(Shape.of(3, 9, 7), 16, Window.square(3, 1, 1), false),
            mixed(Shape.of(1), weight),
            relu(1),
            conv(Shape.of(1, 1, 1), 16, Window.square(3, 1, 1), false));
      }
    }
    return cases.stream();
  }

  /** Makes a layer for the shape that the one before it gives. */
  private interface Maker {
    LayerSpec after(Shape shape, int index);
  }

  private static void add(List<Arguments> cases, int batch, Maker... makers) {
    add(cases, batch, List.of(makers));
  }

  private static void add(List<Arguments> cases, int batch, List<Maker> makers) {
    List<LayerSpec> chain = new ArrayList<>();
    Shape shape = Shape.of(1);
    for (Maker maker : makers) {
      LayerSpec layer = maker.after(shape, chain.size());
      chain.add(layer);
      shape = layer.output();
    }
    String name = String.join(", ", chain.stream().map(LayerSpec::describe).toList());
    cases.add(Arguments.of(name + " x" + batch + " #" + cases.size(), batch, chain));
  }

  private static Maker conv(Shape input, int channels, Window window, boolean standardized) {
    WeightStandardization rule = standardized ? WeightStandardization.DEFAULT : null;
    return (shape, i) -> new Conv2d("c" + i, i == 0 ? input : shape, channels, window, rule);
  }

  private static Maker dense(int inputs, int outputs) {
    return (shape, i) -> new Dense("d" + i, i == 0 ? inputs : shape.size(), outputs);
  }

  private static Maker norm(Shape input) {
    return (shape, i) -> new BatchNorm("n" + i, i == 0 ? input : shape);
  }

  private static Maker balanced(Shape input, boolean renormalise) {
    return (shape, i) -> new AdaB2N("b" + i, i == 0 ? input : shape, 4, 0.4, renormalise);
  }

  private static List<Maker> continual(boolean affine) {
    return List.of(
        conv(Shape.of(3, 8, 8), 16, Window.square(3, 1, 1), false),
        (shape, i) -> new GroupNorm("g", shape, 4, 1e-5, false),
        (shape, i) -> new BatchNorm("n", shape, 0.1, 1e-5, affine),
        relu(1),
        conv(Shape.of(1, 1, 1), 20, Window.square(3, 1, 1), false),
        (shape, i) -> GroupNorm.instance("i", shape),
        balanced(Shape.of(1), false),
        flatten(),
        dense(0, 3));
  }

  private static Maker mixed(Shape input, double weight) {
    return (shape, i) ->
        new AlphaBatchNorm(
            new BatchNorm("n" + i, i == 0 ? input : shape),
            SourceWeight.fixed(weight),
            false,
            false);
  }

  private static Maker pool(Shape input, Window window) {
    return (shape, i) -> new Pool2d("p" + i, i == 0 ? input : shape, Pool2d.Kind.MAX, window);
  }

  private static Maker relu(double gain) {
    return (shape, i) -> new Activation("a" + i, shape, ActivationKind.RELU, gain);
  }

  private static Maker flatten() {
    return (shape, i) -> new Flatten("f" + i, shape);
  }

  private static Maker mean(Shape input) {
    return (shape, i) ->
        new Pool2d("m" + i, i == 0 ? input : shape, Pool2d.Kind.AVERAGE, Window.square(2, 2, 0));
  }

  private static Maker dropout() {
    return (shape, i) -> new Dropout("o" + i, shape, 0.3);
  }

  private static Maker residual(boolean projection) {
    Shape in = Shape.of(projection ? 4 : 16, 6, 6);
    Conv2d first = new Conv2d("r1", in, 16, Window.square(3, 1, 1), null);
    List<LayerSpec> branch =
        List.of(
            first,
            new GroupNorm("r2", first.output(), 4, 1e-5),
            new Activation("r3", first.output(), ActivationKind.RELU, 1),
            new Conv2d("r4", first.output(), 16, Window.square(3, 1, 1), null));
    List<LayerSpec> shortcut =
        projection ? List.of(new Conv2d("s", in, 16, Window.square(1, 1, 0), null)) : List.of();
    return (shape, i) -> new Residual("r", branch, shortcut);
  }

  /** Layers that oneDNN does not do between layers that it does. */
  private static List<Maker> wide() {
    return List.of(
        conv(Shape.of(3, 12, 12), 20, Window.square(3, 1, 1), false),
        (shape, i) -> new GroupNorm("g", shape, 5, 1e-5),
        (shape, i) -> new Activation("t", shape, ActivationKind.GELU, 1.2),
        pool(Shape.of(1, 1, 1), Window.square(2, 2, 0)),
        (shape, i) -> new AdaptiveAvgPool2d("v", shape, 3, 3),
        flatten(),
        dense(0, 9),
        (shape, i) -> GroupNorm.layer("l", shape),
        relu(1.7),
        dense(0, 4));
  }

  private static List<Maker> plain() {
    return List.of(
        conv(Shape.of(3, 12, 12), 16, Window.square(5, 1, 2), false),
        norm(Shape.of(1)),
        relu(1),
        pool(Shape.of(1, 1, 1), Window.square(2, 2, 0)),
        conv(Shape.of(1, 1, 1), 32, Window.square(3, 1, 1), true),
        relu(1.7139588594436646),
        flatten(),
        dense(0, 24),
        norm(Shape.of(1)),
        relu(1),
        dense(0, 10));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chains")
  void agreesWithTheLayersOneByOne(String name, int batch, List<LayerSpec> chain) {
    Engine fast = Engine.create();
    assertThat(fast.oneDnn()).isTrue();
    try (Network compiled = new Network(chain, fast, batch, true);
        Network reference = new Network(chain, Engine.reference(), batch, true)) {
      Seeds seeds = SEEDS.child(name);
      int size = compiled.layout().size();
      if (size > 0) {
        set(compiled.parameters(), reference.parameters(), parameters(seeds, compiled));
      }
      Shape in = chain.getFirst().input();
      Shape out = chain.getLast().output();
      // Twice, so that what the first pass leaves does not show in the second.
      for (int round = 0; round < 2; round++) {
        Seeds draws = seeds.child("round", round);
        double[] values = Cases.normal(draws.child("x"), batch * in.size(), 0.3, 1);
        double[] direction = Cases.normal(draws.child("dy"), batch * out.size(), 0, 1);
        set(compiled.input(batch), reference.input(batch), values);
        Pass pass = Pass.training(draws);
        pass.tasks(tasks(batch));
        Tensor fastY = compiled.forward(compiled.input(batch), pass);
        Tensor plainY = reference.forward(reference.input(batch), pass);
        agree("output", fastY, plainY);
        try (Tensor fastDy = Tensor.zeros(out.prepend(batch));
            Tensor plainDy =
                Tensor.zeros(out.prepend(batch), reference.input(batch).array().dataType())) {
          set(fastDy, plainDy, direction);
          agree(
              "input's gradient",
              compiled.backward(fastDy, pass),
              reference.backward(plainDy, pass));
          if (compiled.layout().trainableSize() > 0) {
            agree("gradient", compiled.gradient(), reference.gradient());
          }
        }
        if (size > 0) {
          agree("parameters", compiled.parameters(), reference.parameters());
        }
        agree(
            "evaluation",
            compiled.forward(compiled.input(batch), Pass.EVALUATION),
            reference.forward(reference.input(batch), Pass.EVALUATION));
      }
    }
  }

  /** Three tasks seen, the second of which is not in the batch, with a loss of the layers' own. */
  private static BatchTasks tasks(int batch) {
    int[] task = new int[batch];
    for (int i = 0; i < batch; i++) {
      task[i] = i % 3 == 0 ? 0 : 2;
    }
    return new BatchTasks(task, 3, true, 0.1);
  }

  @Test
  void aStepInsideTheBackwardPassIsAStepAlongTheGradient() {
    List<LayerSpec> chain = new ArrayList<>();
    Shape shape = Shape.of(1);
    for (Maker maker : plain()) {
      LayerSpec layer = maker.after(shape, chain.size());
      chain.add(layer);
      shape = layer.output();
    }
    int batch = 6;
    double rate = 0.25;
    try (Network moved = new Network(chain, Engine.create(), batch, false);
        Network plain = new Network(chain, Engine.create(), batch, false);
        Tensor dy = Tensor.zeros(Shape.of(batch, 10));
        Tensor again = Tensor.zeros(Shape.of(batch, 10))) {
      set(moved.parameters(), plain.parameters(), parameters(SEEDS, plain));
      double[] values =
          Cases.normal(SEEDS.child("x"), batch * chain.getFirst().input().size(), 0, 1);
      set(moved.input(batch), plain.input(batch), values);
      set(dy, again, Cases.normal(SEEDS.child("dy"), batch * 10, 0, 1));
      Pass descending = Pass.steps(SEEDS);
      descending.next(rate);
      moved.forward(moved.input(batch), descending);
      moved.descend(dy, descending);

      Pass pass = Pass.training(SEEDS);
      plain.forward(plain.input(batch), pass);
      plain.backward(again, pass);
      float[] weights = plain.weights().toFloats();
      float[] gradient = plain.gradient().toFloats();
      float[] expected = new float[weights.length];
      for (int i = 0; i < weights.length; i++) {
        expected[i] = (float) (weights[i] - rate * gradient[i]);
      }
      assertThat(moved.weights().toFloats())
          .usingComparatorWithPrecision(2e-4f)
          .containsExactly(expected);
      assertThat(moved.weights().toFloats()).isNotEqualTo(weights);
    }
  }

  private static double[] parameters(Seeds seeds, Network network) {
    double[] values = Cases.normal(seeds.child("w"), network.layout().size(), 0, 0.5);
    for (ParameterSpec spec : network.layout().specs()) {
      for (int i = spec.offset(); i < spec.end(); i++) {
        values[i] = spec.role().trainable() ? values[i] : 1 + Math.abs(values[i]);
      }
    }
    return values;
  }

  private static void set(Tensor fast, Tensor plain, double[] values) {
    float[] rounded = new float[values.length];
    double[] same = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
      same[i] = rounded[i];
    }
    fast.set(rounded);
    plain.set(same);
  }

  private static void agree(String what, Tensor fast, Tensor plain) {
    float[] actual = fast.toFloats();
    double[] expected = plain.toDoubles();
    double largest = 1e-3;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s, element %d", what, i)
          .isCloseTo(expected[i], offset(3e-5 * largest));
    }
  }
}
