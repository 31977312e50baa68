package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.Cases;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * AdaB2N's gradients against central differences of its objective, written here a second time and
 * plainly, since its running statistics are constants of the objective but move with every forward
 * pass.
 */
class AdaB2NGradientTest {
  private static final Seeds SEEDS = Seeds.root(8);
  private static final double STEP = 1e-6;
  private static final double EPS = 1e-5;
  private static final int TASKS = 4;

  /** What a loss is of: the layer's output along a direction, and lambda times its own loss. */
  private static final class Objective {
    private final int channels;
    private final int positions;
    private final boolean renormalise;
    private final BatchTasks tasks;
    private final double[] direction;
    private final double[] runningMean;
    private final double[] runningVar;

    Objective(
        AdaB2N spec,
        BatchTasks tasks,
        double[] direction,
        double[] runningMean,
        double[] runningVar) {
      this.channels = spec.input().axis(0);
      this.positions = spec.input().size() / channels;
      this.renormalise = spec.renormalise();
      this.tasks = tasks;
      this.direction = direction;
      this.runningMean = runningMean;
      this.runningVar = runningVar;
    }

    /** The loss with scale, shift and psi one after the other in {@code w}. */
    double at(double[] x, double[] w) {
      double[] omega = omega(Arrays.copyOfRange(w, 2 * channels, 2 * channels + TASKS));
      double loss = 0;
      for (int c = 0; c < channels; c++) {
        double mean = 0;
        for (int n = 0; n < tasks.rows(); n++) {
          for (int p = 0; p < positions; p++) {
            mean += omega[n] * x[index(n, c, p)] / positions;
          }
        }
        double var = 0;
        for (int n = 0; n < tasks.rows(); n++) {
          for (int p = 0; p < positions; p++) {
            var += omega[n] * Math.pow(x[index(n, c, p)] - mean, 2) / positions;
          }
        }
        for (int n = 0; n < tasks.rows(); n++) {
          for (int p = 0; p < positions; p++) {
            double normal = (x[index(n, c, p)] - mean) / Math.sqrt(var + EPS);
            loss += direction[index(n, c, p)] * (w[c] * normal + w[channels + c]);
          }
        }
        double own = Math.pow(mean - runningMean[c], 2) + Math.pow(var - runningVar[c], 2);
        loss += tasks.lambda() * own / channels;
      }
      return loss;
    }

    private double[] omega(double[] psi) {
      double[] omega = new double[tasks.rows()];
      if (!tasks.weigh()) {
        Arrays.fill(omega, 1.0 / omega.length);
        return omega;
      }
      double[] samples = new double[tasks.seen()];
      for (int n = 0; n < omega.length; n++) {
        samples[tasks.task(n)]++;
      }
      double all = 0;
      for (int t = 0; t < samples.length; t++) {
        all += renormalise && samples[t] == 0 ? 0 : Math.exp(psi[t]) + samples[t];
      }
      for (int n = 0; n < tasks.rows(); n++) {
        int t = tasks.task(n);
        omega[n] = (Math.exp(psi[t]) + samples[t]) / all / samples[t];
      }
      return omega;
    }

    private int index(int n, int c, int p) {
      return (n * channels + c) * positions + p;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 4, 2, 0 1 1 0 2, 3, true, false, 0, 0.4",
    "3, 4, 2, 0 1 1 0 2, 3, true, false, 0.7, 0.4",
    "2, 1, 1, 0 0 1 1 1, 2, true, false, 0.3, 0",
    "2, 3, 1, 0 2 2 0 2, 3, true, false, 0, 0.5",
    "2, 3, 1, 0 2 2 0 2, 3, true, false, 1.3, 0.5",
    "2, 3, 1, 0 2 2 0 2, 3, true, true, 1.3, 0.5",
    "2, 3, 1, 3 3 1 1, 4, true, true, 0, 1",
    "2, 3, 1, 3 3 1 1, 4, true, false, 0.2, 1",
    "3, 2, 2, 0 0 0 0, 1, false, false, 0.5, 0.1"
  })
  void matchCentralDifferences(
      int channels,
      int height,
      int width,
      String tasks,
      int seen,
      boolean weigh,
      boolean renormalise,
      double lambda,
      double kappa) {
    int[] task = Arrays.stream(tasks.split(" ")).mapToInt(Integer::parseInt).toArray();
    Shape shape = Shape.of(channels, height, width);
    AdaB2N spec = new AdaB2N("n", shape, TASKS, kappa, renormalise, 0.1, EPS);
    try (Network network = new Network(List.of(spec), Engine.reference(), 7, true)) {
      double[] w = Cases.normal(SEEDS.child("w"), network.layout().size(), 0.6, 0.5);
      network.parameters().set(w);
      int size = task.length * shape.size();
      double[] x = Cases.normal(SEEDS.child("x"), size, 0.8, 1.5);
      double[] direction = Cases.normal(SEEDS.child("dy"), size, 0, 1);
      Tensor input = network.input(task.length);
      input.set(x);
      Pass pass = Pass.training(SEEDS);
      BatchTasks batch = new BatchTasks(task, seen, weigh, lambda);
      pass.tasks(batch);
      network.forward(input, pass);
      double[] moved = network.parameters().toDoubles();
      int running = network.layout().spec("n.running-mean").offset();
      Objective objective =
          new Objective(
              spec,
              batch,
              direction,
              Arrays.copyOfRange(moved, running, running + channels),
              Arrays.copyOfRange(moved, running + channels, running + 2 * channels));
      try (Tensor dy = Tensor.zeros(shape.prepend(task.length), Engine.reference().type())) {
        dy.set(direction);
        double[] dx = network.backward(dy, pass).toDoubles();
        double[] dw = network.gradient().toDoubles();
        check("input", objective, x, w, x, dx);
        check("scale, shift, psi", objective, x, w, w, dw);
        double[] psi = Arrays.copyOfRange(dw, 2 * channels, dw.length);
        // Otherwise zeros would have been compared with zeros.
        assertThat(Arrays.stream(psi).map(Math::abs).max().orElseThrow() > 1e-3).isEqualTo(weigh);
      }
    }
  }

  /** Moves each element of {@code moved}, which is x or w. */
  private static void check(
      String what, Objective objective, double[] x, double[] w, double[] moved, double[] gradient) {
    for (int i = 0; i < gradient.length; i++) {
      double value = moved[i];
      moved[i] = value + STEP;
      double above = objective.at(x, w);
      moved[i] = value - STEP;
      double below = objective.at(x, w);
      moved[i] = value;
      double numeric = (above - below) / (2 * STEP);
      assertThat(gradient[i])
          .as("%s, element %d", what, i)
          .isCloseTo(numeric, offset(2e-7 * (1 + Math.abs(numeric))));
    }
  }
}
