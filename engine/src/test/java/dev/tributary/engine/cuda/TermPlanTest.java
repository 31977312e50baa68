package dev.tributary.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Orders of terms, worked out by hand. */
class TermPlanTest {
  @Test
  void oneGroupIsInOrderAndPadded() {
    TermPlan plan = plan(new byte[0], new byte[0], 5, 7);
    assertThat(plan.order()).containsExactly(0, 1, 2, 3, 4, -1, -1, -1);
    assertThat(plan.segments()).containsExactly(2, 0);
    assertThat(plan.narrow()).isTrue();
  }

  @Test
  void groupsComeByFallingWeightAndShiftsAddUpOverGapsBetweenThem() {
    // Weights of both together: 5, 0, 5, 2.
    TermPlan plan = plan(new byte[] {3, 0, 2, 1}, new byte[] {2, 0, 3, 1}, 4, 7);
    assertThat(plan.order()).containsExactly(0, 2, -1, -1, 3, -1, -1, -1, 1, -1, -1, -1);
    assertThat(plan.segments()).containsExactly(1, 0, 1, 3, 1, 2);
  }

  @Test
  void aLastShiftHasNoTerms() {
    TermPlan plan = plan(new byte[] {2, 1}, new byte[0], 2, 7);
    assertThat(plan.segments()).containsExactly(1, 0, 1, 1, 0, 1);
  }

  @Test
  void noTermsNoSegments() {
    TermPlan plan = plan(new byte[0], new byte[0], 0, 7);
    assertThat(plan.order()).isEmpty();
    assertThat(plan.segments()).isEmpty();
  }

  @Test
  void longSumsAreCutWhere32BitsEnd() {
    // 4 * 127 * 127 = 64,516 a word: 33,286 words stay below 2^31, and 33,287 do not.
    TermPlan plan = plan(new byte[0], new byte[0], 4 * 33_287, 127);
    assertThat(plan.narrow()).isFalse();
    assertThat(plan.segments()).containsExactly(33_286, 0, 1, 0);
  }

  private static TermPlan plan(byte[] left, byte[] right, int terms, int qmax) {
    return TermPlan.of(matrix(left, terms, qmax), matrix(right, terms, qmax));
  }

  private static CodeMatrix matrix(byte[] weights, int terms, int qmax) {
    return new CodeMatrix(
        GpuOnCpu.outside(new byte[terms]), 1, terms, false, weights, qmax, new double[] {1});
  }
}
