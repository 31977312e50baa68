package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;

/**
 * A written digit blended with a colored texture by absolute difference, in the spirit of MNIST-M
 * (Ganin and Lempitsky, ICML 2015), which blends with photographs.
 */
final class TextureStyle implements DigitStyle {
  private static final Handwriting HAND = new Handwriting(0.03, 0.05);

  @Override
  public void draw(int digit, RandomStream random, Canvas canvas) {
    Coverage ink = new Coverage(Canvas.SIDE, Canvas.SIDE);
    double radius = uniform(random, 1.2, 2);
    ink.draw(HAND.write(digit, random, PenStyle.placement(random, 20, 0.55), radius));
    new Texture(random).cover(canvas);
    canvas.difference(ink);
    canvas.grain(random, 0.02);
  }
}
