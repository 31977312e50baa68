package dev.tributary.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTest {
  @Test
  void whereLowerIsBetterTheFasterOneWins() {
    Row row = Row.compared("x", 1, "ms", Better.LOWER, d(2, 4, 10), d(4, 4, 40), "");
    assertThat(row.ours()).isEqualTo(new Samples(4, 2, 10));
    assertThat(row.theirs()).isEqualTo(new Samples(4, 4, 40));
    // Pair by pair 2, 1, 4: not the ratio of the medians, which is 1.
    assertThat(row.ratio()).isEqualTo(new Samples(2, 1, 4));
  }

  @Test
  void whereHigherIsBetterTheLargerRateWins() {
    Row row = Row.compared("x", 1, "1/s", Better.HIGHER, d(30, 10), d(10, 20), "");
    assertThat(row.ratio().median()).isEqualTo((3 + 0.5) / 2);
    assertThat(row.ratio().min()).isEqualTo(0.5);
    assertThat(row.ratio().max()).isEqualTo(3);
  }

  @Test
  void pairsMustBePairs() {
    assertThatThrownBy(() -> Row.compared("x", 1, "ms", Better.LOWER, d(1), d(1, 2), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 measurements of ours and 2");
  }

  @Test
  void withoutAnOpponentThereIsNoRatio() {
    Row row = Row.unopposed("x", 1, "ms", Better.LOWER, d(3), "get it");
    assertThat(row.ours().median()).isEqualTo(3);
    assertThat(row.theirs().present()).isFalse();
    assertThat(row.ratio().present()).isFalse();
    assertThat(row.error()).isEqualTo("get it");
  }

  @Test
  void mediansOfEvenNumbersLieBetween() {
    assertThat(Samples.of(9, 1, 3, 5).median()).isCloseTo(4, within(1e-12));
    assertThat(Samples.of().present()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0.012345, 0.0123",
    "-0.00012345, -0.000123",
    "0, 0.000",
    "0.12345, 0.123",
    "1.2345, 1.23",
    "12.345, 12.3",
    "123.45, 123",
    "-1234567, '-1,234,567'",
    "NaN, ''"
  })
  void numbersHaveThreeDigits(double value, String text) {
    assertThat(Samples.number(value)).isEqualTo(text);
  }

  private static double[] d(double... values) {
    return values;
  }
}
