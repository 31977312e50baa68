package dev.tributary.algorithms.continual;

import static dev.tributary.algorithms.continual.Points.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.continual.Course.State;
import dev.tributary.algorithms.continual.Points.Point;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Steps of each method on logistic regression with two features and three classes against the same
 * in plain double arithmetic. Memories are as large as the stream and replayed whole, so that no
 * draw matters.
 */
class StepsTest {
  private static final int CLASSES = 3;
  private static final double RATE = 0.5;
  private static final Point A = point(0, 1.0, 0.5);
  private static final Point B = point(1, -0.5, 1.0);
  private static final Point C = point(2, 0.25, -1.0);
  private static final Point D = point(1, 1.5, 0.75);
  private static final double[] START = {0.1, -0.2, 0.3, 0.05, -0.1, 0.2, 0.0, 0.1, -0.1};

  /** Task 0: A, B. Task 1: C, D. A batch is a task. */
  private static final Course COURSE = course(2);

  private static Course course(int batchSize) {
    List<Points> tasks =
        List.of(new Points(CLASSES, List.of(A, B)), new Points(CLASSES, List.of(C, D)));
    return new Course(Course.logistic(tasks.getFirst()), tasks, 1, batchSize, RATE);
  }

  private static List<State> run(Course course, String id, Map<String, Object> settings) {
    return course.run(Course.strategy(id, settings), course.weights(START), false);
  }

  private static void assertWeights(State state, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) state.weights().get(i))
          .as("weight %d", i)
          .isEqualTo(expected[i], offset(2e-6));
    }
  }

  private static double[] plain(double[] theta, Point... points) {
    double[] gradient = new double[START.length];
    Regression.crossEntropy(theta, CLASSES, 1, gradient, points);
    return Regression.step(theta, RATE, gradient);
  }

  @Test
  void naiveDescendsTheMeanCrossEntropy() {
    List<State> states = run(COURSE, "naive", Map.of());
    double[] first = plain(START, A, B);
    assertWeights(states.get(0), first);
    assertWeights(states.get(1), plain(first, C, D));
  }

  @Test
  void jointTrainsOnAllTasksSoFar() {
    // Four examples in one batch, whatever their order.
    List<Points> tasks = course(4).tasks().stream().map(Points.class::cast).toList();
    Course course = new Course(COURSE.model(), tasks, 1, 4, RATE);
    List<State> states = run(course, "joint", Map.of());
    double[] first = plain(START, A, B);
    assertWeights(states.get(0), first);
    assertWeights(states.get(1), plain(first, A, B, C, D));
  }

  @Test
  void erDescendsTheMeanOverNewAndReplayedRows() {
    for (boolean joint : new boolean[] {true, false}) {
      List<State> states = run(COURSE, "er", Map.of("buffer", 9, "replay", 9, "joint", joint));
      double[] first = plain(START, A, B);
      assertWeights(states.get(0), first);
      assertWeights(states.get(1), plain(first, A, B, C, D));
    }
  }

  @Test
  void erAceMasksTheNewExamplesAndWeighsBothBatchesAlike() {
    double[] first = plain(START, A, B);
    for (String mask : List.of("batch", "batch-and-new")) {
      for (boolean joint : new boolean[] {true, false}) {
        List<State> states =
            run(COURSE, "er-ace", Map.of("buffer", 9, "replay", 9, "mask", mask, "joint", joint));
        double[] gradient = new double[START.length];
        // Classes 1 and 2 are in the batch, and 2 is the largest seen: both masks leave out 0.
        boolean[] current = {false, true, true};
        Regression.masked(first, current, 1, gradient, C, D);
        Regression.crossEntropy(first, CLASSES, 1, gradient, A, B);
        assertWeights(states.get(0), first);
        assertWeights(states.get(1), Regression.step(first, RATE, gradient));
      }
    }
  }

  @Test
  void erAceLetsClassesFromTheLargestSeenOnInWhereAsked() {
    // One task of class 0, then one of class 0 again: of three classes 0 alone has been seen.
    List<Points> tasks =
        List.of(new Points(CLASSES, List.of(A)), new Points(CLASSES, List.of(point(0, 0.5, 1.0))));
    Course course = new Course(COURSE.model(), tasks, 1, 1, RATE);
    double[] first = plain(START, A);
    double[] alone = new double[START.length];
    Regression.crossEntropy(first, CLASSES, 1, alone, A);
    double[] withNew = alone.clone();
    // Among one class alone there is nothing to learn; from 0 on there are all three.
    Regression.crossEntropy(first, CLASSES, 1, withNew, point(0, 0.5, 1.0));
    assertWeights(
        run(course, "er-ace", Map.of("mask", "batch")).get(1), Regression.step(first, RATE, alone));
    assertWeights(
        run(course, "er-ace", Map.of("mask", "batch-and-new")).get(1),
        Regression.step(first, RATE, withNew));
  }

  @Test
  void derPlusPlusPullsTowardsTheLogitsOfTheStepThatStoredThem() {
    double alpha = 0.3;
    double beta = 0.7;
    double[] first = plain(START, A, B);
    double[] gradient = new double[START.length];
    Regression.crossEntropy(first, CLASSES, 1, gradient, C, D);
    for (Point p : List.of(A, B)) {
      double[] now = Regression.logits(first, p.x(), CLASSES);
      double[] then = Regression.logits(START, p.x(), CLASSES);
      double[] dz = new double[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        dz[c] = 2 * (now[c] - then[c]) / (2 * CLASSES);
      }
      Regression.back(dz, p.x(), alpha, gradient);
    }
    Regression.crossEntropy(first, CLASSES, beta, gradient, A, B);
    for (boolean joint : new boolean[] {true, false}) {
      List<State> states =
          run(
              COURSE,
              "derpp",
              Map.of("buffer", 9, "replay", 9, "alpha", alpha, "beta", beta, "joint", joint));
      assertWeights(states.get(0), first);
      assertWeights(states.get(1), Regression.step(first, RATE, gradient));
    }
  }

  @Test
  void agemProjectsAGradientThatWouldRaiseThePastLoss() {
    // The same point with another label: what helps the one harms the other.
    Point again = point(1, 1.0, 0.5);
    List<Points> tasks =
        List.of(new Points(CLASSES, List.of(A)), new Points(CLASSES, List.of(again)));
    Course course = new Course(COURSE.model(), tasks, 1, 1, RATE);
    double[] first = plain(START, A);
    double[] g = new double[START.length];
    double[] reference = new double[START.length];
    Regression.crossEntropy(first, CLASSES, 1, g, again);
    Regression.crossEntropy(first, CLASSES, 1, reference, A);
    double product = dot(g, reference);
    assertThat(product).isNegative();
    double factor = product / dot(reference, reference);
    for (int i = 0; i < g.length; i++) {
      g[i] -= factor * reference[i];
    }
    assertThat(dot(g, reference)).isEqualTo(0, offset(1e-12));
    assertWeights(
        run(course, "agem", Map.of("buffer", 9, "replay", 9)).get(1),
        Regression.step(first, RATE, g));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** F of these points at theta: the mean of squares of single gradients. */
  private static double[] fisher(double[] theta, Point... points) {
    double[] fisher = new double[theta.length];
    for (Point p : points) {
      double[] gradient = new double[theta.length];
      Regression.crossEntropy(theta, CLASSES, 1, gradient, p);
      for (int i = 0; i < fisher.length; i++) {
        fisher[i] += gradient[i] * gradient[i] / points.length;
      }
    }
    return fisher;
  }

  @Test
  void ewcPullsEachWeightBackByItsFisherInformationHalved() {
    double lambda = 0.8;
    // Two steps in task 1, for in its first the weights are still where they are pulled to.
    List<Points> tasks =
        List.of(
            new Points(CLASSES, List.of(A, B)),
            new Points(CLASSES, List.of(C, D, A, C)),
            new Points(CLASSES, List.of(B, D, A, A)));
    Course course = new Course(COURSE.model(), tasks, 1, 2, RATE);
    double[] star0 = plain(START, A, B);
    double[] f0 = fisher(star0, A, B);
    double[] middle = plain(star0, C, D);
    double[] gradient = new double[START.length];
    Regression.crossEntropy(middle, CLASSES, 1, gradient, A, C);
    for (int i = 0; i < gradient.length; i++) {
      // d/dtheta of lambda/2 F (theta - theta*)^2
      gradient[i] += lambda * f0[i] * (middle[i] - star0[i]);
    }
    double[] star1 = Regression.step(middle, RATE, gradient);
    double[] f1 = fisher(star1, C, D, A, C);

    for (boolean online : new boolean[] {false, true}) {
      double gamma = 0.6;
      List<State> states =
          run(course, "ewc", Map.of("lambda", lambda, "online", online, "gamma", gamma));
      assertWeights(states.get(0), star0);
      assertWeights(states.get(1), star1);
      double[] third = star1;
      for (Point[] batch : new Point[][] {{B, D}, {A, A}}) {
        double[] g = new double[START.length];
        Regression.crossEntropy(third, CLASSES, 1, g, batch);
        for (int i = 0; i < g.length; i++) {
          g[i] +=
              online
                  ? lambda * (gamma * f0[i] + f1[i]) * (third[i] - star1[i])
                  : lambda * f0[i] * (third[i] - star0[i]) + lambda * f1[i] * (third[i] - star1[i]);
        }
        third = Regression.step(third, RATE, g);
      }
      assertWeights(states.get(2), third);
    }
  }

  @Test
  void siHoldsWeightsByWhatTheirMovementGained() {
    double c = 0.4;
    double xi = 0.05;
    List<Points> tasks =
        List.of(new Points(CLASSES, List.of(A, B, B, D)), new Points(CLASSES, List.of(C, D, A, C)));
    Course course = new Course(COURSE.model(), tasks, 1, 2, RATE);
    double[] theta = START;
    double[] path = new double[theta.length];
    for (Point[] batch : new Point[][] {{A, B}, {B, D}}) {
      double[] g = new double[theta.length];
      Regression.crossEntropy(theta, CLASSES, 1, g, batch);
      theta = Regression.step(theta, RATE, g);
      for (int k = 0; k < path.length; k++) {
        // -g (theta' - theta) for plain descent
        path[k] += RATE * g[k] * g[k];
      }
    }
    double[] anchor = theta;
    double[] importance = new double[theta.length];
    for (int k = 0; k < path.length; k++) {
      double moved = theta[k] - START[k];
      importance[k] = path[k] / (moved * moved + xi);
    }
    List<State> states = run(course, "si", Map.of("c", c, "xi", xi));
    assertWeights(states.get(0), theta);
    for (Point[] batch : new Point[][] {{C, D}, {A, C}}) {
      double[] g = new double[theta.length];
      Regression.crossEntropy(theta, CLASSES, 1, g, batch);
      for (int k = 0; k < g.length; k++) {
        g[k] += 2 * c * importance[k] * (theta[k] - anchor[k]);
      }
      theta = Regression.step(theta, RATE, g);
    }
    assertWeights(states.get(1), theta);
  }

  @Test
  void lwfKeepsTheSoftenedAnswersForOldClasses() {
    double lambda = 1.5;
    double temperature = 2;
    List<Points> tasks =
        List.of(
            new Points(CLASSES, List.of(A, B)),
            new Points(CLASSES, List.of(C, point(2, 1.0, 1.0), C, point(2, -1.0, 0.5))));
    Course course = new Course(COURSE.model(), tasks, 1, 2, RATE);
    double[] teacher = plain(START, A, B);
    double[] theta = teacher;
    for (int from : new int[] {0, 2}) {
      Point[] batch = tasks.get(1).points().subList(from, from + 2).toArray(Point[]::new);
      double[] g = new double[theta.length];
      Regression.crossEntropy(theta, CLASSES, 1, g, batch);
      for (Point p : batch) {
        // Old classes are 0 and 1.
        double[] wanted = soft(Regression.logits(teacher, p.x(), CLASSES), temperature);
        double[] given = soft(Regression.logits(theta, p.x(), CLASSES), temperature);
        double[] dz = new double[CLASSES];
        dz[0] = (given[0] - wanted[0]) / temperature;
        dz[1] = (given[1] - wanted[1]) / temperature;
        Regression.back(dz, p.x(), lambda / batch.length, g);
      }
      theta = Regression.step(theta, RATE, g);
    }
    List<State> states = run(course, "lwf", Map.of("lambda", lambda, "temperature", temperature));
    assertWeights(states.get(0), teacher);
    assertWeights(states.get(1), theta);
  }

  private static double[] soft(double[] logits, double temperature) {
    return Regression.softmax(Arrays.stream(logits, 0, 2).map(z -> z / temperature).toArray());
  }
}
