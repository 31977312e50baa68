package dev.tributary.datasets.corruption;

import dev.tributary.engine.random.RandomStream;

/** Clouds by the diamond-square algorithm: a square that repeats in both directions. */
final class Plasma {
  private Plasma() {}

  /**
   * A plane whose least number is 0 and largest 1.
   *
   * <p>Each halving of the step gives the new points the mean of their four neighbors plus {@code r
   * U(-r, r)}, and divides r by {@code decay}. So what is added shrinks by the square of {@code
   * decay}: an oddity of the source that decides how smooth its fog is, and is kept.
   *
   * @param side a power of two, &ge; 2
   * @param decay &gt; 1; larger is smoother
   */
  static Plane draw(int side, double decay, RandomStream random) {
    double[][] map = new double[side][side];
    double roughness = 1;
    for (int step = side; step >= 2; step /= 2) {
      double reach = roughness * roughness;
      int half = step / 2;
      for (int y = 0; y < side; y += step) {
        for (int x = 0; x < side; x += step) {
          int below = (y + step) % side;
          int beside = (x + step) % side;
          double corners = map[y][x] + map[below][x] + map[y][beside] + map[below][beside];
          map[y + half][x + half] = corners / 4 + reach * (2 * random.nextDouble() - 1);
        }
      }
      for (int y = 0; y < side; y += step) {
        for (int x = 0; x < side; x += step) {
          double corner = map[y][x];
          double center = map[y + half][x + half];
          double across = map[y][(x + step) % side] + map[(y - half + side) % side][x + half];
          double down = map[(y + step) % side][x] + map[y + half][(x - half + side) % side];
          map[y][x + half] = (corner + center + across) / 4 + reach * (2 * random.nextDouble() - 1);
          map[y + half][x] = (corner + center + down) / 4 + reach * (2 * random.nextDouble() - 1);
        }
      }
      roughness /= decay;
    }
    Plane plane = Plane.of(side, side, (y, x) -> map[y][x]);
    double least = plane.min();
    double range = plane.max() - least;
    return plane.map(value -> (value - least) / range);
  }
}
