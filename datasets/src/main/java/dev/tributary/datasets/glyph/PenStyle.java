package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.DigitStyle.gray;
import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;

/** Handwriting: white strokes of changing width on black, slanted and unsteady. */
final class PenStyle implements DigitStyle {
  private static final Handwriting HAND = new Handwriting(0.055, 0.09);

  @Override
  public void draw(int digit, RandomStream random, Canvas canvas) {
    Coverage ink = new Coverage(Canvas.SIDE, Canvas.SIDE);
    double radius = uniform(random, 0.7, 1.9);
    ink.draw(HAND.write(digit, random, placement(random, 19, 1), radius));
    canvas.paint(ink, gray(uniform(random, 0.85, 1)), 1);
    canvas.blur(uniform(random, 0, 0.12));
  }

  /**
   * Where a hand puts a digit of about {@code height} pixels.
   *
   * @param spread how much size, slant, turn and place differ from digit to digit; 1 for a free
   *     hand
   */
  static Placement placement(RandomStream random, double height, double spread) {
    double tall = height * (1 + spread * uniform(random, -0.2, 0.1));
    return Placement.of(
        tall * (0.7 + spread * uniform(random, -0.22, 0.22)),
        tall,
        0.1 + spread * 0.22 * random.nextGaussian(),
        spread * 0.16 * random.nextGaussian(),
        Canvas.SIDE / 2.0 + spread * uniform(random, -2.2, 2.2),
        Canvas.SIDE / 2.0 + spread * uniform(random, -2.2, 2.2));
  }
}
