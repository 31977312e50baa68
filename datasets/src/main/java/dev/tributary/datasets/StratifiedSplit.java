package dev.tributary.datasets;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;

/**
 * A division of examples in two, class by class, so that both parts have the class shares of the
 * whole.
 */
public final class StratifiedSplit {
  private final int[] first;
  private final int[] second;

  private StratifiedSplit(int[] first, int[] second) {
    this.first = first;
    this.second = second;
  }

  /** A copy of the indices of the first part, in random order. */
  public int[] first() {
    return first.clone();
  }

  /** A copy of the other indices, ascending. */
  public int[] second() {
    return second.clone();
  }

  /**
   * Takes {@code round(share * n)} random examples of each class of n examples for the first part.
   *
   * @param labels labels in [0, classes)
   * @param share part of each class that goes first, in [0, 1]
   * @param seeds decides which examples, and the order of the first part
   */
  public static StratifiedSplit of(int[] labels, int classes, double share, Seeds seeds) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the share of a split must be in [0, 1], got " + share);
    }
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    boolean[] taken = new boolean[labels.length];
    int total = 0;
    for (int label = 0; label < classes; label++) {
      int[] members = new int[counts[label]];
      int found = 0;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == label) {
          members[found++] = i;
        }
      }
      RandomStream random = seeds.child("class", label).stream();
      random.shuffle(members);
      int wanted = (int) StrictMath.round(share * members.length);
      for (int i = 0; i < wanted; i++) {
        taken[members[i]] = true;
      }
      total += wanted;
    }
    int[] first = new int[total];
    int[] second = new int[labels.length - total];
    int firsts = 0;
    for (int i = 0; i < labels.length; i++) {
      if (taken[i]) {
        first[firsts++] = i;
      } else {
        second[i - firsts] = i;
      }
    }
    seeds.child("order").stream().shuffle(first);
    return new StratifiedSplit(first, second);
  }
}
