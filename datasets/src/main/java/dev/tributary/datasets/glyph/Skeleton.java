package dev.tributary.datasets.glyph;

import dev.tributary.engine.random.RandomStream;
import java.util.List;
import java.util.stream.Stream;

/** The strokes of one character in a unit box; immutable. */
public final class Skeleton {
  private final List<Stroke> strokes;

  private Skeleton(List<Stroke> strokes) {
    this.strokes = strokes;
  }

  /**
   * A skeleton of strokes as text: points "x y" in hundredths of the box (x to the right, y down)
   * separated by commas, "!" after a point for a corner, "o" as the last element for a closed
   * curve.
   */
  public static Skeleton of(String... strokes) {
    return new Skeleton(Stream.of(strokes).map(Stroke::parse).toList());
  }

  /** The skeleton turned by half a circle: a 9 from a 6. */
  Skeleton turned() {
    return new Skeleton(strokes.stream().map(Stroke::turned).toList());
  }

  /** The skeleton with each control point moved by normal noise, in units of the box. */
  Skeleton jittered(RandomStream random, double deviation) {
    return new Skeleton(strokes.stream().map(s -> s.jittered(random, deviation)).toList());
  }

  /** The strokes as lines in the unit box. */
  List<Polyline> flatten() {
    return strokes.stream().map(Stroke::flatten).toList();
  }

  /** The strokes as lines in pixels, of one radius. */
  public List<Polyline> place(Placement placement, double radius) {
    return flatten().stream()
        .map(
            line -> {
              Polyline placed = line.map(placement);
              placed.setRadius(radius);
              return placed;
            })
        .toList();
  }
}
