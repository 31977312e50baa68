package dev.tributary.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StratifiedSplitTest {
  private static final int[] LABELS =
      IntStream.range(0, 100).map(i -> i < 10 ? 0 : i < 40 ? 1 : 2).toArray();

  @Test
  void everyClassIsDividedByTheShare() {
    StratifiedSplit split = StratifiedSplit.of(LABELS, 3, 0.8, Seeds.root(1));

    long[] counts = new long[3];
    for (int index : split.first()) {
      counts[LABELS[index]]++;
    }
    assertThat(counts).containsExactly(8, 24, 48);
    assertThat(IntStream.concat(Arrays.stream(split.first()), Arrays.stream(split.second())))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(split.second()).isSorted();
  }

  @Test
  void theSeedAloneDecides() {
    int[] first = StratifiedSplit.of(LABELS, 3, 0.5, Seeds.root(1)).first();

    assertThat(StratifiedSplit.of(LABELS, 3, 0.5, Seeds.root(1)).first()).isEqualTo(first);
    assertThat(StratifiedSplit.of(LABELS, 3, 0.5, Seeds.root(2)).first()).isNotEqualTo(first);
  }
}
