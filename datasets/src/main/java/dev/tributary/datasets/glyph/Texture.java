package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.Clouds.step;
import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;

/**
 * A colored pattern: soft clouds, stripes or checks in two colors, with a third color in patches.
 */
final class Texture {
  private final Clouds soft;
  private final Clouds patches;
  private final double[][] colors = new double[3][Canvas.CHANNELS];
  private final int pattern;
  private final double scale;
  private final double frequency;
  private final double cos;
  private final double sin;
  private final double phase;

  Texture(RandomStream random) {
    this.soft = new Clouds(random);
    this.patches = new Clouds(random);
    for (double[] color : colors) {
      for (int c = 0; c < color.length; c++) {
        color[c] = uniform(random, 0.05, 0.95);
      }
    }
    this.pattern = random.nextInt(3);
    this.scale = uniform(random, 0.1, 0.28);
    this.frequency = uniform(random, 0.35, 1.1);
    double angle = uniform(random, 0, Math.PI);
    this.cos = StrictMath.cos(angle);
    this.sin = StrictMath.sin(angle);
    this.phase = uniform(random, 0, 2 * Math.PI);
  }

  /** Covers the whole picture. */
  void cover(Canvas canvas) {
    for (int row = 0; row < Canvas.SIDE; row++) {
      for (int column = 0; column < Canvas.SIDE; column++) {
        double blend = blend(row, column);
        double patch = step(patches.at(row * 0.2, column * 0.2), 0.55, 0.7);
        for (int c = 0; c < Canvas.CHANNELS; c++) {
          double ground = colors[0][c] + blend * (colors[1][c] - colors[0][c]);
          canvas.set(c, row, column, ground + patch * (colors[2][c] - ground));
        }
      }
    }
  }

  private double blend(int row, int column) {
    double cloud = soft.at(row * scale, column * scale);
    double across = cos * column + sin * row;
    double along = cos * row - sin * column;
    return switch (pattern) {
      case 0 -> step(cloud, 0.25, 0.75);
      case 1 -> step(StrictMath.sin(frequency * across + phase + 3 * cloud), -0.4, 0.4);
      default ->
          step(
              StrictMath.sin(frequency * across + phase) * StrictMath.sin(frequency * along + phase)
                  + 0.6 * (cloud - 0.5),
              -0.15,
              0.15);
    };
  }
}
