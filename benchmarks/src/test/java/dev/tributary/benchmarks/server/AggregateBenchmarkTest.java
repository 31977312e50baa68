package dev.tributary.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateBenchmarkTest {
  /**
   * Bytes a parameter, step by step: of one update 4 read, 4 written. Of two, 4 and 4 read and 8 of
   * the sum written, then 8 read and 4 written. Of three, 4 and 8 read and 8 written more.
   */
  @ParameterizedTest
  @CsvSource({"1, 8", "2, 28", "3, 48", "32, 628"})
  void whatTheMeanCannotDoWithoutIsCounted(int updates, int bytes) {
    assertThat(AggregateBenchmark.bytes(updates)).isEqualTo(bytes);
  }
}
