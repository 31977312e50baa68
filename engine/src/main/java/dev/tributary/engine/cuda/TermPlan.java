package dev.tributary.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * In which order a product sums its terms: those of the largest power of two first, so that one
 * accumulator, multiplied by two between groups, does for all.
 */
final class TermPlan {
  private static final int WORD = 4;

  /** Both operands' powers of two are at most 7. */
  private static final int WEIGHTS = 15;

  private final int[] order;
  private final int[] segments;
  private final boolean narrow;

  private TermPlan(int[] order, int[] segments, boolean narrow) {
    this.order = order;
    this.segments = segments;
    this.narrow = narrow;
  }

  /** The plan of a product of operands with equally many terms. */
  static TermPlan of(CodeMatrix a, CodeMatrix b) {
    int[][] groups = groups(a, b);
    long product = (long) a.qmax() * b.qmax();
    boolean narrow = bound(groups, product) <= Integer.MAX_VALUE;
    long most = narrow ? Integer.MAX_VALUE : Integer.MAX_VALUE / (WORD * product);
    List<int[]> segments = new ArrayList<>();
    int[] order = new int[Arrays.stream(groups).mapToInt(g -> WORD * words(g)).sum()];
    Arrays.fill(order, -1);
    int at = 0;
    int shift = 0;
    for (int weight = WEIGHTS - 1; weight >= 0; weight--) {
      int[] terms = groups[weight];
      System.arraycopy(terms, 0, order, at, terms.length);
      at += WORD * words(terms);
      for (int left = words(terms); left > 0; left -= (int) Math.min(left, most)) {
        segments.add(new int[] {(int) Math.min(left, most), shift});
        shift = 0;
      }
      // Shifts before the first term would shift zeros.
      shift += at > 0 && weight > 0 ? 1 : 0;
    }
    if (shift > 0) {
      segments.add(new int[] {0, shift});
    }
    int[] flat = segments.stream().flatMapToInt(Arrays::stream).toArray();
    return new TermPlan(order, flat, narrow);
  }

  /** The term of each place, four places a word; -1 where a group has no more. */
  int[] order() {
    return order;
  }

  /** Pairs: so many words, before which the sums so far are shifted left by so much. */
  int[] segments() {
    return segments;
  }

  /** Whether no sum, whole or in part, can leave 32 bits. */
  boolean narrow() {
    return narrow;
  }

  /** The number of words. */
  int words() {
    return order.length / WORD;
  }

  /** The number of segments. */
  int segmentCount() {
    return segments.length / 2;
  }

  /** The terms of each power of two, in their order. */
  private static int[][] groups(CodeMatrix a, CodeMatrix b) {
    int[] counts = new int[WEIGHTS];
    for (int k = 0; k < a.terms(); k++) {
      counts[a.weight(k) + b.weight(k)]++;
    }
    int[][] groups = Arrays.stream(counts).mapToObj(int[]::new).toArray(int[][]::new);
    Arrays.fill(counts, 0);
    for (int k = 0; k < a.terms(); k++) {
      int weight = a.weight(k) + b.weight(k);
      groups[weight][counts[weight]++] = k;
    }
    return groups;
  }

  /** The largest magnitude of a sum: at most 2^31 terms of 2^14 of weight 2^14. */
  private static long bound(int[][] groups, long product) {
    long bound = 0;
    for (int weight = 0; weight < WEIGHTS; weight++) {
      bound += (groups[weight].length * product) << weight;
    }
    return bound;
  }

  private static int words(int[] terms) {
    return (terms.length + WORD - 1) / WORD;
  }
}
