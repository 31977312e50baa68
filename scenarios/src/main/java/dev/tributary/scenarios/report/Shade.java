package dev.tributary.scenarios.report;

/**
 * Colours of cells from nothing to all, and of the numbers in them. Colours are RGB, eight bits
 * each.
 *
 * @param none the page's colour, as report.css has it
 * @param all the colour of 1
 */
record Shade(int none, int all) {
  private static final int BLACK = 0x000000;
  private static final int WHITE = 0xffffff;

  /** How much of the full colour stands for 0, so that a cell is seen. */
  private static final double LEAST = 0.06;

  /** The colour of a cell; {@code share} is cut to [0, 1]. */
  int cell(double share) {
    double part = LEAST + (1 - LEAST) * Math.clamp(share, 0, 1);
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double from = none >> shift & 0xff;
      double to = all >> shift & 0xff;
      mixed |= (int) Math.round(from + part * (to - from)) << shift;
    }
    return mixed;
  }

  /** Black or white: what is read better on the cell. At worst their contrast is 4.58. */
  int text(double share) {
    int cell = cell(share);
    return contrast(WHITE, cell) >= contrast(BLACK, cell) ? WHITE : BLACK;
  }

  /** The contrast of two colours by WCAG 2, from 1 to 21. */
  static double contrast(int one, int other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  /** The relative luminance of an sRGB colour by WCAG 2, from 0 to 1. */
  private static double luminance(int color) {
    return 0.2126 * linear(color >> 16 & 0xff)
        + 0.7152 * linear(color >> 8 & 0xff)
        + 0.0722 * linear(color & 0xff);
  }

  private static double linear(int channel) {
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : StrictMath.pow((value + 0.055) / 1.055, 2.4);
  }
}
