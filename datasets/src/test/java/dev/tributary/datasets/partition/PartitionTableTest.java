package dev.tributary.datasets.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTableTest {
  private static final int[] LABELS = {0, 2, 2, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2};
  private static final List<int[]> PARTS =
      List.of(new int[] {0, 4, 3}, new int[] {1, 2, 5, 6, 7, 8, 9, 10, 11, 12});

  @Test
  void countsByClientAndClass() {
    PartitionTable table = PartitionTable.of(PARTS, LABELS, 4);
    assertThat(table.clients()).containsExactly("client 0", "client 1");
    assertThat(table.classes()).containsExactly("0", "1", "2", "3");
    assertThat(table.counts()).containsExactly(List.of(2, 1, 0, 0), List.of(0, 0, 10, 0));
    assertThat(table.size(0)).isEqualTo(3);
    assertThat(table.size(1)).isEqualTo(10);
    assertThat(table.total(2)).isEqualTo(10);
  }

  @Test
  void textIsAligned() {
    assertThat(PartitionTable.of(List.of("print", "low-res"), PARTS, LABELS, 3).text())
        .isEqualTo(
            """
            client   0  1   2  all
            print    2  1   0    3
            low-res  0  0  10   10
            all      2  1  10   13
            """);
  }

  @Test
  void csvQuotesNamesThatNeedIt() {
    assertThat(PartitionTable.of(List.of("plain", "a \"b\", c"), PARTS, LABELS, 3).csv())
        .isEqualTo(
            """
            client,0,1,2
            plain,2,1,0
            "a ""b"", c",0,0,10
            """);
  }

  @Test
  void rowsMustAgree() {
    assertThatThrownBy(
            () -> new PartitionTable(List.of("a"), List.of("0", "1"), List.of(List.of(1))))
        .hasMessageContaining("table of 2 classes");
    assertThatThrownBy(() -> new PartitionTable(List.of("a"), List.of("0"), List.of()))
        .hasMessageContaining("table of 1 clients");
  }
}
