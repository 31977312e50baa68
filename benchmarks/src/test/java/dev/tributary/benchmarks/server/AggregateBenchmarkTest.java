package dev.tributary.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateBenchmarkTest {
  /**
   * Bytes a parameter, step by step. A plain sum: 4 and 8 read and 8 written for each update, 8
   * read and 4 written in the end. Ours, of one update: 4 read to check it, 4 read and 4 written.
   * Of two: 4 read, then 4 and 4 read and 8 written, then 8 read and 4 written. Of three: 4 and 8
   * read and 8 written more.
   */
  @ParameterizedTest
  @CsvSource({"1, 32, 12", "2, 52, 32", "3, 72, 52", "32, 652, 632"})
  void whatAPlainSumMovesIsCountedAndWhatOursMoves(int updates, int bytes, int moved) {
    assertThat(AggregateBenchmark.bytes(updates)).isEqualTo(bytes);
    assertThat(AggregateBenchmark.moved(updates)).isEqualTo(moved);
  }
}
