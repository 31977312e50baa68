package dev.tributary.datasets.corruption;

/** What lies beyond the border of an image: which of its pixels stands for a place outside. */
enum Border {
  /** The nearest: {@code a a | a b c | c c}. */
  NEAREST {
    @Override
    int place(int i, int n) {
      return Math.clamp(i, 0, n - 1);
    }
  },
  /** Mirrored at the pixel's edge: {@code b a | a b c | c b}. */
  REFLECT {
    @Override
    int place(int i, int n) {
      if (i >= 0 && i < n) {
        return i;
      }
      int folded = Math.floorMod(i, 2 * n);
      return folded < n ? folded : 2 * n - 1 - folded;
    }
  },
  /** Mirrored at the pixel's center, which is not repeated: {@code c b | a b c | b a}. */
  REFLECT_101 {
    @Override
    int place(int i, int n) {
      if (n == 1) {
        return 0;
      }
      int folded = Math.floorMod(i, 2 * n - 2);
      return folded < n ? folded : 2 * n - 2 - folded;
    }
  };

  /** The pixel in [0, n) that stands for place i on an axis of n &ge; 1 pixels. */
  abstract int place(int i, int n);
}
