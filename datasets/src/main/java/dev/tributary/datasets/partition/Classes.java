package dev.tributary.datasets.partition;

/** The examples of a pool by class. */
final class Classes {
  private Classes() {}

  /** One past the largest label. */
  static int count(int[] labels) {
    int classes = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new PartitionException(
            "the label of example " + i + " must be >= 0, got " + labels[i]);
      }
      classes = Math.max(classes, labels[i] + 1);
    }
    return classes;
  }

  /**
   * The indices of each class's examples in increasing order, [classes][examples of that class].
   */
  static int[][] members(int[] labels) {
    int[] sizes = new int[count(labels)];
    for (int label : labels) {
      sizes[label]++;
    }
    int[][] members = new int[sizes.length][];
    for (int c = 0; c < sizes.length; c++) {
      members[c] = new int[sizes[c]];
    }
    int[] filled = new int[sizes.length];
    for (int i = 0; i < labels.length; i++) {
      members[labels[i]][filled[labels[i]]++] = i;
    }
    return members;
  }
}
