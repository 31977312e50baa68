package dev.tributary.datasets.glyph;

import dev.tributary.engine.random.RandomStream;

/** A manner of drawing digits. */
sealed interface DigitStyle
    permits PrintStyle, PenStyle, TextureStyle, HouseStyle, LowResolutionStyle {

  /**
   * Draws one digit.
   *
   * @param digit 0 to 9
   * @param random all chance of this picture, and of no other
   * @param canvas black at the start
   */
  void draw(int digit, RandomStream random, Canvas canvas);

  /** Uniform in [from, to). */
  static double uniform(RandomStream random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** A gray as red, green, blue. */
  static double[] gray(double level) {
    return new double[] {level, level, level};
  }
}
