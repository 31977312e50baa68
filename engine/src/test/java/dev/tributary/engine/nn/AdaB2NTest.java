package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * AdaB2N against numbers computed elsewhere (in NumPy, in double precision, after the authors'
 * code), and against batch normalisation where they are the same.
 */
class AdaB2NTest {
  private static final Seeds SEEDS = Seeds.root(5);
  private static final Shape PAIR = Shape.of(1, 1, 2);
  private static final double[] X = {1, 3, 2, 2, 5, 7, 0, 4};

  /** Every way to compute, each as exact as its type allows. */
  enum Tier {
    AUTO,
    CPU,
    ND4J,
    REFERENCE;

    Engine engine() {
      return this == REFERENCE
          ? Engine.reference()
          : Engine.from(MapSettings.of(Map.of("kernels", name().toLowerCase(Locale.ROOT))));
    }

    double tolerance() {
      return this == REFERENCE ? 1e-9 : 3e-6;
    }
  }

  private static Network network(LayerSpec spec, Engine engine) {
    Network network = new Network(List.of(spec), engine, 8, true);
    Initialization values = new Initialization(network.layout(), SEEDS);
    spec.initialize(values);
    network.load(values.vector());
    return network;
  }

  private static AdaB2N spec(int tasks, double kappa, boolean renormalise) {
    return new AdaB2N("n", PAIR, tasks, kappa, renormalise);
  }

  private static double[] read(Network network, String tensor) {
    ParameterSpec spec = network.layout().spec("n." + tensor);
    return Arrays.copyOfRange(network.parameters().toDoubles(), spec.offset(), spec.end());
  }

  private static Tensor forward(Network network, Pass pass, double... values) {
    Tensor x = network.input(values.length / 2);
    x.set(values);
    return network.forward(x, pass);
  }

  private static Pass pass(int seen, boolean weigh, double lambda, int... tasks) {
    Pass pass = Pass.training(SEEDS);
    pass.tasks(new BatchTasks(tasks, seen, weigh, lambda));
    return pass;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.5, 0.3333333333333333, 0.25, 0.2, 0.16666666666666666",
    "0.1, 0.7943282347242815, 0.4452893186621929, 0.31034754450246943, 0.23875334292387657,"
        + " 0.19438139603880106, 0.16418725282549987",
    "0.4, 0.39810717055349726, 0.29340788602311374, 0.23432525616787264, 0.1964074650341278,"
        + " 0.170029293739961, 0.15063359070050636",
    "0.5, 0.31622776601683794, 0.25, 0.20856217852254144, 0.1802229369175462,"
        + " 0.15964384936065593, 0.1440403672629981",
    "0.7, 0.199526231496888, 0.1768178776304121, 0.1599120442268688, 0.14686813554173342,"
        + " 0.13652375350697185, 0.12814012782798165",
    "1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1"
  })
  void etaOfEachKappa(
      double kappa, double e1, double e2, double e3, double e4, double e5, double e6) {
    double[] expected = {e1, e2, e3, e4, e5, e6};
    try (Network network = network(spec(2, kappa, false), Engine.reference())) {
      assertThat(read(network, "counter")).containsExactly(0, 0);
      for (int t = 1; t <= expected.length; t++) {
        forward(network, Pass.training(SEEDS), X);
        assertThat(read(network, "counter"))
            .containsExactly(new double[] {expected[t - 1], t}, offset(1e-15));
      }
    }
  }

  /** The fixed points of the recursion, 1 - 0.9^kappa. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.010480741793785553",
    "0.4, 0.041268484485817325",
    "0.5, 0.05131670194948623",
    "0.7, 0.07109830231462899"
  })
  void etaTendsToItsFixedPoint(double kappa, double limit) {
    GeneralizedMomentum momentum = new GeneralizedMomentum(kappa, 0.1);
    double eta = 0;
    for (int t = 1; t <= 3000; t++) {
      eta = momentum.next(eta, t);
    }
    assertThat(eta).isEqualTo(limit, offset(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void aBatchWithReplay(Tier tier) {
    double within = tier.tolerance();
    try (Network network = network(spec(3, 1, false), tier.engine())) {
      Pass pass = pass(2, true, 0, 0, 1, 1, 1);
      double[] y = forward(network, pass, X).toDoubles();
      assertThat(y)
          .containsExactly(
              new double[] {
                -0.9206005204443997, 0.054152971790846834,
                -0.4332237743267764, -0.4332237743267764,
                1.0289064640260934, 2.0036599562613397,
                -1.407977266562023, 0.54152971790847
              },
              offset(within));
      assertThat(read(network, "running-mean"))
          .containsExactly(new double[] {0.2888888888888889}, offset(within));
      assertThat(read(network, "running-var"))
          .containsExactly(new double[] {1.3209876543209877}, offset(within));
      assertThat(pass.auxiliary()).isEqualTo(15.105679012345682, offset(10 * within));
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsOfThatBatch(Tier tier) {
    double[] plain = {
      0.0178657127, -0.1300624159, 0.1250600143, -0.0211530095,
      -0.2178188127, 0.2196768557, 0.0774657428, -0.0710340873
    };
    gradients(tier, 0, plain, 0.0299191174, -0.0149595587);
    double[] pulled = {
      -0.2592536289, -0.0219965723, 0.0687088483, -0.0775041755,
      0.1110152065, 0.8053009983, -0.2356755466, 0.1294048702
    };
    gradients(tier, 0.1, pulled, -0.2801311798, 0.1400655899);
  }

  private static void gradients(Tier tier, double lambda, double[] dx, double... dpsi) {
    // The numbers have ten digits.
    double within = Math.max(1e-9, tier.tolerance());
    try (Network network = network(spec(3, 1, false), tier.engine());
        Tensor dy = Tensor.zeros(PAIR.prepend(4), tier.engine().type())) {
      Pass pass = pass(2, true, lambda, 0, 1, 1, 1);
      forward(network, pass, X);
      dy.set(0.1, -0.2, 0.3, 0, -0.4, 0.5, 0.2, -0.1);
      assertThat(network.backward(dy, pass).toDoubles()).containsExactly(dx, offset(within));
      assertThat(network.gradient().toDoubles())
          .as("scale, shift, three task weights")
          .containsExactly(new double[] {0.0216611887, 0.4, dpsi[0], dpsi[1], 0}, offset(within));
    }
  }

  /** With kappa 0 the first batch's statistics are the running ones. */
  @ParameterizedTest
  @EnumSource
  void aTaskSeenThatTheBatchLacks(Tier tier) {
    try (Network network = network(spec(3, 0, false), tier.engine())) {
      forward(network, pass(3, true, 0, 0, 2, 2, 2), X);
      assertThat(read(network, "running-mean")[0])
          .isEqualTo(2.476190476190476, offset(tier.tolerance()));
      assertThat(read(network, "running-var")[0])
          .isEqualTo(3.754454162617428, offset(tier.tolerance()));
    }
    try (Network network = network(spec(3, 0, true), tier.engine())) {
      forward(network, pass(3, true, 0, 0, 2, 2, 2), X);
      assertThat(read(network, "running-mean")[0])
          .isEqualTo(2.888888888888889, offset(tier.tolerance()));
      // The tasks that are there weigh as in the batch of two tasks.
      assertThat(read(network, "running-var")[0])
          .isEqualTo(4.209876543209877, offset(tier.tolerance()));
    }
  }

  @Test
  void kappaZeroRemembersTheMeanOfAllBatches() {
    double means = 0;
    double vars = 0;
    try (Network network = network(spec(2, 0, false), Engine.reference())) {
      for (int t = 0; t < 20; t++) {
        double[] values = Cases.normal(SEEDS.child("batch", t), 10, t, 1 + t);
        forward(network, Pass.training(SEEDS), values);
        double mean = Arrays.stream(values).average().orElseThrow();
        means += mean / 20;
        vars +=
            Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow() / 20;
      }
      assertThat(read(network, "running-mean")[0]).isEqualTo(means, offset(1e-12));
      assertThat(read(network, "running-var")[0]).isEqualTo(vars, offset(1e-10));
    }
  }

  /** Also where tasks are weighed but there is one: then every sample weighs 1/B. */
  @Test
  void withoutTasksAndWithKappaOneItIsBatchNormalization() {
    Shape image = Shape.of(3, 4, 2);
    int n = 5;
    for (boolean weigh : new boolean[] {false, true}) {
      Pass pass = Pass.training(SEEDS);
      if (weigh) {
        pass.tasks(new BatchTasks(new int[n], 1, true, 0));
      }
      try (Network ours = network(new AdaB2N("n", image, 2, 1, false), Engine.reference());
          Network plain = network(new BatchNorm("n", image), Engine.reference());
          Tensor dy = Tensor.zeros(image.prepend(n), Engine.reference().type());
          Tensor again = Tensor.zeros(image.prepend(n), Engine.reference().type())) {
        for (int round = 0; round < 3; round++) {
          double[] x = Cases.normal(SEEDS.child("x", round), n * image.size(), 2, 3);
          double[] up = Cases.normal(SEEDS.child("dy", round), n * image.size(), 0, 1);
          ours.input(n).set(x);
          plain.input(n).set(x);
          dy.set(up);
          again.set(up);
          assertThat(ours.forward(ours.input(n), pass).toDoubles())
              .containsExactly(plain.forward(plain.input(n), pass).toDoubles(), offset(1e-12));
          assertThat(ours.backward(dy, pass).toDoubles())
              .containsExactly(plain.backward(again, pass).toDoubles(), offset(1e-12));
        }
        double[] expected = Arrays.copyOf(plain.gradient().toDoubles(), 8);
        assertThat(ours.gradient().toDoubles()).containsExactly(expected, offset(1e-12));
        assertThat(read(ours, "running-mean"))
            .containsExactly(read(plain, "running-mean"), offset(1e-12));
        // Batch normalisation's divides by n - 1, ours by n; both began at 1.
        double[] vars = read(plain, "running-var");
        double began = Math.pow(0.9, 3);
        double elements = n * 8.0;
        for (int c = 0; c < 3; c++) {
          vars[c] = began + (vars[c] - began) * (elements - 1) / elements;
        }
        assertThat(read(ours, "running-var")).containsExactly(vars, offset(1e-12));
      }
    }
  }

  @Test
  void evaluationTakesTheRunningStatisticsAndMovesNothing() {
    try (Network network = network(spec(2, 0.4, false), Engine.reference())) {
      network.load(ParameterVector.of(network.layout(), new float[] {2, 1, 0, 0, 3, 4, 0.25f, 7}));
      double[] y = forward(network, Pass.EVALUATION, X).toDoubles();
      assertThat(y[0]).isEqualTo(2 * (1 - 3) / Math.sqrt(4 + 1e-5) + 1, offset(1e-12));
      assertThat(read(network, "counter")).containsExactly(0.25, 7);
      assertThat(read(network, "running-mean")).containsExactly(3);
      assertThat(read(network, "running-var")).containsExactly(4);
    }
  }

  @Test
  void whatIsSavedIsAllThatATrainingNeedsToGoOn() {
    try (Network one = network(spec(2, 0.4, false), Engine.create());
        Network other = network(spec(2, 0.4, false), Engine.create())) {
      Pass pass = pass(2, true, 0, 0, 1, 1, 0);
      forward(one, pass, X);
      forward(one, pass, X);
      other.load(one.save());
      double[] later = Cases.normal(SEEDS, 8, 1, 2);
      forward(one, pass, later);
      forward(other, pass, later);
      assertThat(other.save()).isEqualTo(one.save());
      assertThat(read(one, "counter")[1]).isEqualTo(3);
    }
  }

  @Test
  void passesSayWhoseTheLossIs() {
    Pass steps = Pass.steps(SEEDS);
    steps.next(0);
    try (Network network = network(spec(3, 1, false), Engine.reference())) {
      steps.tasks(new BatchTasks(new int[] {0, 1, 1, 1}, 2, true, 0));
      forward(network, steps, X);
      assertThat(steps.auxiliary()).isEqualTo(15.105679012345682, offset(1e-9));
      steps.next(0);
      assertThat(steps.auxiliary()).isZero();
    }
    assertThatThrownBy(() -> Pass.EVALUATION.tasks(null)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void errorsNameTheLayerAndTheWayOut() {
    assertThatThrownBy(() -> spec(0, 0.4, false))
        .hasMessageContaining("n: ")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> spec(1, 1.1, false))
        .hasMessageContaining("kappa")
        .hasMessageContaining("1.1");
    assertThatThrownBy(() -> new BatchTasks(new int[1], 1, true, -1))
        .hasMessageContaining("lambda");
    assertThatThrownBy(() -> new BatchTasks(new int[1], 0, true, 0)).hasMessageContaining("seen");
    try (Network network = network(spec(2, 0.4, false), Engine.create())) {
      assertThatThrownBy(() -> forward(network, pass(3, true, 0, 0, 1, 1, 2), X))
          .hasMessageContaining("n: 3 tasks")
          .hasMessageContaining("more tasks");
      assertThatThrownBy(() -> forward(network, pass(2, true, 0, 0, 1), X))
          .hasMessageContaining("4 samples")
          .hasMessageContaining("got 2");
      assertThatThrownBy(() -> forward(network, pass(2, true, 0, 0, 1, 1, 2), X))
          .hasMessageContaining("row 3")
          .hasMessageContaining("task 2");
    }
    try (Network network = network(new AdaB2N("n", Shape.of(2), 2, 1, false), Engine.create())) {
      assertThatThrownBy(() -> network.forward(network.input(1), Pass.training(SEEDS)))
          .hasMessageContaining("n: batch normalisation needs at least 2 values");
    }
  }
}
