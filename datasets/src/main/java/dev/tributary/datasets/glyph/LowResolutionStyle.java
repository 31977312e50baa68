package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.DigitStyle.gray;
import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;
import java.util.List;

/**
 * Written and printed digits on a grid of 8 to 10 pixels, dark on a middle gray, enlarged and
 * noisy.
 */
final class LowResolutionStyle implements DigitStyle {
  private static final Handwriting HAND = new Handwriting(0.04, 0.06);

  @Override
  public void draw(int digit, RandomStream random, Canvas canvas) {
    int grid = 8 + random.nextInt(3);
    double height = grid * uniform(random, 0.65, 0.88);
    Placement placement =
        Placement.of(
            height * uniform(random, 0.5, 0.9),
            height,
            0.05 + 0.15 * random.nextGaussian(),
            uniform(random, -0.15, 0.15),
            grid / 2.0 + uniform(random, -0.7, 0.7),
            grid / 2.0 + uniform(random, -0.7, 0.7));
    double radius = uniform(random, 0.32, 0.62);
    List<Polyline> lines =
        random.nextBoolean()
            ? DigitSkeletons.PRINTED.draw(digit, random).place(placement, radius)
            : HAND.write(digit, random, placement, radius);
    Coverage ink = new Coverage(grid, grid);
    ink.draw(lines);

    canvas.fill(gray(uniform(random, 0.5, 0.75)));
    canvas.paint(ink.stretched(Canvas.SIDE, Canvas.SIDE), gray(uniform(random, 0, 0.25)), 1);
    canvas.grain(random, uniform(random, 0.05, 0.12));
  }
}
