package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;

/**
 * House numbers: a digit in one color on a wall of another, darker or lighter, its neighbors cut
 * off at the sides, in uneven light and out of focus; in the spirit of SVHN's cropped digits
 * (Netzer et al., 2011), which are photographs.
 */
final class HouseStyle implements DigitStyle {
  /** Of a side having a neighbor. */
  private static final double NEIGHBOR = 0.75;

  @Override
  public void draw(int digit, RandomStream random, Canvas canvas) {
    double height = uniform(random, 15, 23);
    double width = height * uniform(random, 0.4, 0.66);
    Placement placement =
        Placement.of(
            width,
            height,
            uniform(random, -0.1, 0.2),
            uniform(random, -0.15, 0.15),
            Canvas.SIDE / 2.0 + uniform(random, -2, 2),
            Canvas.SIDE / 2.0 + uniform(random, -2, 2));
    double weight = uniform(random, 0.9, 2);
    Coverage ink = new Coverage(Canvas.SIDE, Canvas.SIDE);
    ink.draw(DigitSkeletons.PRINTED.draw(digit, random).place(placement, weight));
    double spacing = width + 2 * weight + uniform(random, 1, 4);
    for (int side = -1; side <= 1; side += 2) {
      int neighbor = random.nextInt(10);
      Skeleton skeleton = DigitSkeletons.PRINTED.draw(neighbor, random);
      if (random.nextDouble() < NEIGHBOR) {
        Placement beside = placement.shifted(side * spacing, uniform(random, -1, 1));
        ink.draw(skeleton.place(beside, weight));
      }
    }

    double[] wall = color(random, uniform(random, 0.25, 0.75));
    double contrast = uniform(random, 0.14, 0.4);
    double[] paint = color(random, 0);
    boolean lighter = random.nextBoolean();
    for (int c = 0; c < Canvas.CHANNELS; c++) {
      paint[c] = wall[c] + (lighter ? contrast : -contrast) + 0.6 * paint[c];
    }
    canvas.fill(wall);
    canvas.paint(ink, paint, 1);
    canvas.illuminate(uniform(random, -0.6, 0.6), uniform(random, -0.6, 0.6));
    double focus = uniform(random, 0.1, 0.33);
    canvas.blur(focus);
    canvas.blur(focus);
    canvas.grain(random, uniform(random, 0.01, 0.04));
  }

  /** A color near this gray level: each channel off by at most 0.15. */
  private static double[] color(RandomStream random, double level) {
    double[] color = new double[Canvas.CHANNELS];
    for (int c = 0; c < color.length; c++) {
      color[c] = level + uniform(random, -0.15, 0.15);
    }
    return color;
  }
}
