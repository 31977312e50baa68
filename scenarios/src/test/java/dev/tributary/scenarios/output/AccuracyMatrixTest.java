package dev.tributary.scenarios.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Figures of continual learning, worked out by hand from the definitions: final accuracy, backward
 * and forward transfer of Lopez-Paz and Ranzato (NeurIPS 2017, equations 2 to 4), forgetting of
 * Chaudhry et al. (ECCV 2018, definition 1).
 */
class AccuracyMatrixTest {
  private static final double NAN = Double.NaN;

  /** Task 0 was best known after task 1, task 2 was guessed at before it came. */
  private static final AccuracyMatrix THREE =
      AccuracyMatrix.of(new double[][] {{0.8, 0.1, 0.2}, {0.85, 0.9, 0.3}, {0.5, 0.7, 1}}, 0.1);

  @Test
  void figuresAreThoseOfThePapers() {
    assertThat(THREE.finalAccuracy()).isEqualTo((0.5 + 0.7 + 1) / 3, offset(1e-12));
    assertThat(THREE.learningAccuracy()).isEqualTo((0.8 + 0.9 + 1) / 3, offset(1e-12));
    // (0.5 - 0.8 + 0.7 - 0.9) / 2
    assertThat(THREE.backwardTransfer()).isEqualTo(-0.25, offset(1e-12));
    // (0.1 - 0.1 + 0.3 - 0.1) / 2
    assertThat(THREE.forwardTransfer()).isEqualTo(0.1, offset(1e-12));
    // (0.85 - 0.5 + 0.9 - 0.7) / 2
    assertThat(THREE.forgetting()).isEqualTo(0.275, offset(1e-12));
    assertThat(THREE.figures())
        .containsOnlyKeys(
            "finalAccuracy",
            "learningAccuracy",
            "backwardTransfer",
            "forwardTransfer",
            "forgetting");
    assertThat(THREE.toLists())
        .containsExactly(List.of(0.8, 0.1, 0.2), List.of(0.85, 0.9, 0.3), List.of(0.5, 0.7, 1.0));
  }

  /** The best time may be one before the task: the maximum is over all rows but the last. */
  @Test
  void forgettingLooksAtAllEarlierTimes() {
    AccuracyMatrix lucky =
        AccuracyMatrix.of(new double[][] {{1, 0.6, 0}, {1, 0.5, 0}, {1, 0.4, 1}}, 0);
    assertThat(lucky.forgetting()).isEqualTo((0 + 0.2) / 2, offset(1e-12));
    assertThat(lucky.backwardTransfer()).isEqualTo((0 - 0.1) / 2, offset(1e-12));
  }

  /** Growth is not taken for forgetting: both figures say so, with opposite signs. */
  @Test
  void whatGrowsIsForgottenLessThanNothing() {
    AccuracyMatrix grows = AccuracyMatrix.of(new double[][] {{0.5, 0}, {0.75, 1}}, 0);
    assertThat(grows.forgetting()).isEqualTo(-0.25);
    assertThat(grows.backwardTransfer()).isEqualTo(0.25);
  }

  @Test
  void whatWasNotMeasuredIsNotGuessed() {
    AccuracyMatrix noFuture = AccuracyMatrix.of(new double[][] {{0.8, NAN}, {0.6, 0.9}}, 0.1);
    assertThat(noFuture.forwardTransfer()).isNaN();
    assertThat(noFuture.forgetting()).isEqualTo(0.2, offset(1e-12));
    assertThat(noFuture.finalAccuracy()).isEqualTo(0.75, offset(1e-12));
    AccuracyMatrix noEnd = AccuracyMatrix.of(new double[][] {{0.8, 0.1}, {NAN, 0.9}}, 0.1);
    assertThat(noEnd.finalAccuracy()).isNaN();
    assertThat(noEnd.backwardTransfer()).isNaN();
    assertThat(noEnd.forgetting()).isNaN();
    assertThat(noEnd.learningAccuracy()).isEqualTo(0.85, offset(1e-12));
    AccuracyMatrix noMiddle =
        AccuracyMatrix.of(new double[][] {{0.9, 0, 0}, {NAN, 1, 0}, {0.4, 1, 1}}, 0);
    assertThat(noMiddle.forgetting()).isNaN();
  }

  @Test
  void oneTaskCannotBeForgottenAndNoTaskHasNoFigure() {
    AccuracyMatrix one = AccuracyMatrix.of(new double[][] {{0.7}}, 0.1);
    assertThat(one.finalAccuracy()).isEqualTo(0.7);
    assertThat(one.learningAccuracy()).isEqualTo(0.7);
    assertThat(one.backwardTransfer()).isNaN();
    assertThat(one.forwardTransfer()).isNaN();
    assertThat(one.forgetting()).isNaN();
    AccuracyMatrix none = AccuracyMatrix.overAllClasses(List.of(Samples.round(1)), "", 10);
    assertThat(none.tasks()).isZero();
    assertThat(none.figures().values()).hasSize(5).allSatisfy(value -> assertThat(value).isNaN());
  }

  /** Ten examples a task; correct among all classes, and one more among the task's. */
  private static StreamRecord on(int task, long... correct) {
    return new StreamRecord(
        task,
        IntStream.range(0, correct.length)
            .mapToObj(t -> new TaskMetrics(t, 10, correct[t], correct[t] + 1, 1))
            .toList());
  }

  /** Client b begins its second task a round late; nothing is evaluated after round 2. */
  private static final List<RoundRecord> ROUNDS =
      List.of(
          Samples.round(1, Map.of("a", on(0, 3, 0), "b", on(0, 5, 1))),
          Samples.round(2, Map.of("a", on(0), "b", on(0))),
          Samples.round(3, Map.of("a", on(0, 8, 2), "b", on(0, 6, 0))),
          Samples.round(4, Map.of("a", on(1, 7, 6), "b", on(0, 9, 1))),
          Samples.round(5, Map.of("a", on(1, 4, 9), "b", on(1, 2, 8))));

  @Test
  void aRowIsTheLastEvaluationWhileTheTaskWasOn() {
    AccuracyMatrix a = AccuracyMatrix.overAllClasses(ROUNDS, "a", 4);
    assertThat(a.toLists()).containsExactly(List.of(0.8, 0.2), List.of(0.4, 0.9));
    // Just before task 1 it knew 0.2 of it; guessing among four classes gives 0.25.
    assertThat(a.forwardTransfer()).isEqualTo(-0.05, offset(1e-12));
    AccuracyMatrix b = AccuracyMatrix.overAllClasses(ROUNDS, "b", 4);
    assertThat(b.toLists()).containsExactly(List.of(0.9, 0.1), List.of(0.2, 0.8));
  }

  @Test
  void severalClientsCountByTheirExamplesEachAtItsOwnTasks() {
    AccuracyMatrix both = AccuracyMatrix.overAllClasses(ROUNDS, "", 4);
    // (8 + 9) of 20, (2 + 1) of 20, (4 + 2) of 20, (9 + 8) of 20
    assertThat(both.toLists()).containsExactly(List.of(0.85, 0.15), List.of(0.3, 0.85));
    Map<String, StreamRecord> uneven = new LinkedHashMap<>();
    uneven.put("a", new StreamRecord(0, List.of(new TaskMetrics(0, 30, 30, 30, 1))));
    uneven.put("b", new StreamRecord(0, List.of(new TaskMetrics(0, 10, 0, 0, 1))));
    assertThat(AccuracyMatrix.overAllClasses(List.of(Samples.round(1, uneven)), "", 4).at(0, 0))
        .isEqualTo(0.75);
  }

  /** A row of some clients alone would pass for one of all. */
  @Test
  void aRowThatOneClientLacksWasNotMeasured() {
    AccuracyMatrix uneven =
        AccuracyMatrix.overAllClasses(
            List.of(
                Samples.round(1, Map.of("a", on(0, 8, 2), "b", on(0))),
                Samples.round(2, Map.of("a", on(1, 4, 9), "b", on(1, 2, 8)))),
            "",
            4);
    assertThat(uneven.at(0, 0)).isNaN();
    assertThat(uneven.at(0, 1)).isNaN();
    assertThat(uneven.at(1, 1)).isEqualTo(0.85, offset(1e-12));
    assertThat(uneven.forgetting()).isNaN();
  }

  @Test
  void withinItsTaskAnExampleIsEasier() {
    AccuracyMatrix within = AccuracyMatrix.withinTasks(ROUNDS, "a", 0.5);
    assertThat(within.toLists()).containsExactly(List.of(0.9, 0.3), List.of(0.5, 1.0));
    assertThat(within.forwardTransfer()).isEqualTo(-0.2, offset(1e-12));
  }

  /** A task that was on without an evaluation, and a task without examples to test on. */
  @Test
  void rowsAndColumnsWithoutAnEvaluationAreEmpty() {
    AccuracyMatrix late =
        AccuracyMatrix.overAllClasses(
            List.of(
                Samples.round(1, Map.of("a", on(0))), Samples.round(2, Map.of("a", on(1, 5, 5)))),
            "",
            4);
    assertThat(late.tasks()).isEqualTo(2);
    assertThat(late.at(0, 0)).isNaN();
    assertThat(late.at(1, 1)).isEqualTo(0.5);
    AccuracyMatrix untested =
        AccuracyMatrix.overAllClasses(
            List.of(
                Samples.round(
                    1,
                    Map.of(
                        "a",
                        new StreamRecord(0, List.of(new TaskMetrics(0, 0, 0, 0, Double.NaN)))))),
            "",
            4);
    assertThat(untested.at(0, 0)).isNaN();
  }
}
