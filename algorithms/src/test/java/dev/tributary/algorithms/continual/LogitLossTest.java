package dev.tributary.algorithms.continual;

import static dev.tributary.algorithms.continual.Points.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.StepHook;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LogitLossTest {
  private static final int CLASSES = 3;
  private static final Points POINTS =
      new Points(CLASSES, List.of(point(0, 1.0), point(2, 1.0), point(1, 1.0)));
  private static final boolean[] ALL = {true, true, true};
  private static final boolean[] OUTER = {true, false, true};

  /** A loss on these logits, [rows, 3]: its value and the gradient that it adds to zeros. */
  private record Result(double loss, List<Double> gradient) {}

  private static Result of(ToDoubleFunction<Learner> loss, float... logits) {
    Course course = new Course(Course.logistic(POINTS), List.of(POINTS), 1, 3, 1);
    try (LocalTrainer trainer = course.trainer(new Naive())) {
      ParameterVector zeros = ParameterVector.zeros(course.model().layout());
      Learner learner = trainer.learn(zeros, Seeds.root(1), StepHook.NONE, 1);
      for (int i = 0; i < logits.length / CLASSES; i++) {
        learner.add(POINTS, i);
      }
      learner.forward();
      System.arraycopy(logits, 0, learner.logits(), 0, logits.length);
      double value = loss.applyAsDouble(learner);
      Double[] gradient = new Double[logits.length];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = (double) learner.logitGradient()[i];
      }
      return new Result(value, List.of(gradient));
    }
  }

  private static void assertGradient(Result result, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(result.gradient.get(i)).as("logit %d", i).isEqualTo(expected[i], offset(1e-6));
    }
  }

  @Test
  void maskedCrossEntropyIsThatOfTheClassesAllowed() {
    // Label 0 against class 2: log(1 + e^2).
    Result result = of(l -> LogitLoss.crossEntropy(l, 0, 1, 0.5, OUTER), 1, 2, 3);
    assertThat(result.loss).isEqualTo(2.126928011042972, offset(1e-9));
    // Half of p - 1 and p, with p_2 = 1 / (1 + e^-2).
    assertGradient(result, -0.5 * 0.8807970779778823, 0, 0.5 * 0.8807970779778823);
  }

  @Test
  void squaredDistanceIsTheMeanOverRowsAndClasses() {
    float[] targets = {0, 2, 5};
    Result result = of(l -> LogitLoss.squaredDistance(l, 0, 1, 3, targets), 1, 2, 3);
    assertThat(result.loss).isEqualTo(5.0 / 3, offset(1e-9));
    assertGradient(result, 2, 0, -4);
  }

  @Test
  void distillationIsTheDivergenceOfSoftenedPredictions() {
    float[] targets = {0, 7, 0};
    Result result = of(l -> LogitLoss.distillation(l, 0, 1, 1, targets, 2, OUTER), 2, -9, 0);
    // p = (1/2, 1/2), q = softmax(1, 0) = (0.7310585786, 0.2689414214)
    assertThat(result.loss).isEqualTo(0.1201145069582775, offset(1e-9));
    assertGradient(result, 0.23105857863 / 2, 0, -0.23105857863 / 2);
    Result same = of(l -> LogitLoss.distillation(l, 0, 1, 1, targets, 2, ALL), 3, 10, 3);
    assertThat(same.loss).isEqualTo(0, offset(1e-12));
    assertGradient(same, 0, 0, 0);
  }

  @Test
  void lossesLookAtTheirRowsAlone() {
    Result result = of(l -> LogitLoss.crossEntropy(l, 1, 1, 1), 9, 9, 9, 0, 0, 0, 9, 9, 9);
    assertThat(result.loss).isEqualTo(Math.log(3), offset(1e-9));
    double third = 1.0 / 3;
    assertGradient(result, 0, 0, 0, third, third, third - 1, 0, 0, 0);
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    RandomStream random = Seeds.root(4).stream();
    float[] logits = new float[9];
    float[] targets = new float[9];
    for (int i = 0; i < logits.length; i++) {
      // On a grid, so that the shifted logits are exact.
      logits[i] = random.nextInt(256) / 64f - 2;
      targets[i] = random.nextInt(256) / 64f - 2;
    }
    List<ToDoubleFunction<Learner>> losses =
        List.of(
            l -> LogitLoss.crossEntropy(l, 0, 3, 1),
            l -> LogitLoss.crossEntropy(l, 0, 2, 1, OUTER),
            l -> LogitLoss.squaredDistance(l, 0, 3, 1, targets),
            l -> LogitLoss.distillation(l, 0, 3, 1, targets, 2, ALL),
            l -> LogitLoss.distillation(l, 0, 3, 1, targets, 0.7, OUTER));
    float h = 1f / 128;
    for (ToDoubleFunction<Learner> loss : losses) {
      List<Double> gradient = of(loss, logits).gradient;
      for (int i = 0; i < logits.length; i++) {
        float[] shifted = logits.clone();
        shifted[i] = logits[i] + h;
        double above = of(loss, shifted).loss;
        shifted[i] = logits[i] - h;
        double below = of(loss, shifted).loss;
        assertThat(gradient.get(i))
            .as("logit %d", i)
            .isEqualTo((above - below) / (2 * h), offset(2e-5));
      }
    }
  }
}
