package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.DigitStyle.gray;
import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;
import java.util.List;

/**
 * Type: upright or italic, light to bold, some with thin horizontals, worn in places, black on
 * white or gray paper; half of the pictures show a ruled line, as on a form.
 */
final class PrintStyle implements DigitStyle {
  private static final Skeleton RULE = Skeleton.of("0 50!, 100 50!");

  @Override
  public void draw(int digit, RandomStream random, Canvas canvas) {
    double height = uniform(random, 14, 22);
    double width = height * uniform(random, 0.4, 0.78);
    double slant = random.nextInt(3) == 0 ? uniform(random, 0.1, 0.35) : 0;
    Placement placement =
        Placement.of(
            width,
            height,
            slant,
            uniform(random, -0.16, 0.16),
            Canvas.SIDE / 2.0 + uniform(random, -2.5, 2.5),
            Canvas.SIDE / 2.0 + uniform(random, -2.5, 2.5));
    double weight = uniform(random, 0.55, 2.2);
    double contrast = random.nextBoolean() ? uniform(random, 0.2, 0.6) : 0;
    Skeleton skeleton = DigitSkeletons.PRINTED.draw(digit, random);
    List<Polyline> lines = skeleton.place(placement, weight);
    lines.forEach(line -> thinHorizontals(line, weight, contrast));
    Coverage ink = new Coverage(Canvas.SIDE, Canvas.SIDE);
    ink.draw(lines);
    double rule = uniform(random, 0, 2 * Canvas.SIDE);
    ink.draw(RULE.place(new Placement(2 * Canvas.SIDE, 0, 0, 0, 0, rule), 0.3));
    ink.fade(new Clouds(random), uniform(random, 0, 0.6));

    double paper = random.nextBoolean() ? uniform(random, 0.92, 1) : uniform(random, 0.5, 0.9);
    canvas.fill(gray(paper));
    canvas.paint(ink, gray(uniform(random, 0, 0.3)), 1);
    canvas.blur(uniform(random, 0, 0.15));
    canvas.grain(random, uniform(random, 0, 0.04));
  }

  /**
   * Radius by direction: full where the line goes down, less by {@code contrast} where it goes
   * across.
   */
  private static void thinHorizontals(Polyline line, double weight, double contrast) {
    for (int i = 0; i < line.size(); i++) {
      int from = Math.max(0, i - 1);
      int to = Math.min(line.size() - 1, i + 1);
      double dx = line.x[to] - line.x[from];
      double dy = line.y[to] - line.y[from];
      double length = Math.sqrt(dx * dx + dy * dy);
      double across = length > 0 ? Math.abs(dx) / length : 0;
      line.radius[i] = weight * (1 - contrast * across);
    }
  }
}
