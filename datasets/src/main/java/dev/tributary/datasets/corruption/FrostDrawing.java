package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Frost drawn where there are no photographs of it: clouds of a cold color, overgrown with needles
 * that follow the six directions of ice. Colors, depth and fineness are near those of the source's
 * photographs at the size at which it uses them.
 */
final class FrostDrawing {
  private static final int SIDE = 128;
  private static final int NEEDLES = 2600;

  /** Mean color, levels of 8 bits, and how much light varies, of each picture. */
  private static final double[][] LOOKS = {
    {80, 148, 166, 0.22},
    {202, 206, 214, 0.30},
    {198, 203, 212, 0.30},
    {138, 153, 165, 0.40},
    {112, 123, 135, 0.62}
  };

  private FrostDrawing() {}

  /** The five pictures, from seeds of their own. */
  static List<Image> pictures() {
    Seeds seeds = Seeds.root(0).child("frost");
    return IntStream.range(0, LOOKS.length)
        .mapToObj(i -> draw(LOOKS[i], seeds.child("picture", i).stream()))
        .toList();
  }

  private static Image draw(double[] look, RandomStream random) {
    double[] ice = new double[SIDE * SIDE];
    Plane clouds = Plasma.draw(SIDE, 1.5, random);
    double mean = clouds.mean();
    for (int i = 0; i < ice.length; i++) {
      ice[i] = clouds.at(i / SIDE, i % SIDE) - mean;
    }
    for (int n = 0; n < NEEDLES; n++) {
      growNeedle(ice, random);
    }
    double depth = look[3];
    return new Image(
        Arrays.stream(look, 0, 3)
            .mapToObj(
                level ->
                    Plane.of(
                        SIDE,
                        SIDE,
                        (y, x) -> Image.truncated(level / 255 + depth * ice[y * SIDE + x])))
            .toList());
  }

  /** Lightens or darkens a fading line of 3 to 9 pixels. */
  private static void growNeedle(double[] ice, RandomStream random) {
    double y = SIDE * random.nextDouble();
    double x = SIDE * random.nextDouble();
    double direction = Math.PI / 3 * random.nextInt(6) + 0.2 * random.nextGaussian();
    int length = 3 + random.nextInt(7);
    double light = 0.35 * (random.nextBoolean() ? 1 : -1);
    for (int step = 0; step < length; step++) {
      int row = Math.floorMod((int) (y + step * StrictMath.sin(direction)), SIDE);
      int column = Math.floorMod((int) (x + step * StrictMath.cos(direction)), SIDE);
      ice[row * SIDE + column] += light * (length - step) / length;
    }
  }
}
