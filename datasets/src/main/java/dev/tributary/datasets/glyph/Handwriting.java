package dev.tributary.datasets.glyph;

import static dev.tributary.datasets.glyph.DigitStyle.uniform;

import dev.tributary.engine.random.RandomStream;
import java.util.List;

/**
 * A digit as a hand writes it: control points astray, a wobble over the whole, a width that swells.
 */
final class Handwriting {
  private final double jitter;
  private final double wobble;

  /**
   * How unsteady the hand is.
   *
   * @param jitter deviation of each control point, in units of the box
   * @param wobble largest shift by the elastic wobble, in units of the box
   */
  Handwriting(double jitter, double wobble) {
    this.jitter = jitter;
    this.wobble = wobble;
  }

  /** The lines of a written digit in pixels of the box that {@code placement} describes. */
  List<Polyline> write(int digit, RandomStream random, Placement placement, double radius) {
    Skeleton skeleton = DigitSkeletons.HANDWRITTEN.draw(digit, random).jittered(random, jitter);
    Wave across = new Wave(random, wobble);
    Wave down = new Wave(random, wobble);
    double swell = uniform(random, 0, 0.45);
    double phase = uniform(random, 0, 2 * Math.PI);
    List<Polyline> lines = skeleton.flatten();
    return lines.stream()
        .map(
            line -> {
              for (int i = 0; i < line.size(); i++) {
                double u = line.x[i];
                double v = line.y[i];
                line.x[i] = u + across.at(u, v);
                line.y[i] = v + down.at(u, v);
                line.radius[i] = radius * (1 + swell * StrictMath.sin(phase + 0.35 * i));
              }
              return line.map(placement);
            })
        .toList();
  }

  /** A smooth shift over the box: one sine of a random direction, wavelength and phase. */
  private static final class Wave {
    private final double size;
    private final double u;
    private final double v;
    private final double phase;

    Wave(RandomStream random, double largest) {
      this.size = largest * random.nextDouble();
      this.u = uniform(random, -6, 6);
      this.v = uniform(random, -6, 6);
      this.phase = uniform(random, 0, 2 * Math.PI);
    }

    double at(double atU, double atV) {
      return size * StrictMath.sin(u * atU + v * atV + phase);
    }
  }
}
