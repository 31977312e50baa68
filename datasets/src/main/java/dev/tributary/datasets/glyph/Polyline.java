package dev.tributary.datasets.glyph;

import java.util.Arrays;

/**
 * A line of straight pieces with a radius at each vertex; between vertices the radius changes
 * linearly.
 *
 * @see Coverage
 */
public final class Polyline {
  final double[] x;
  final double[] y;
  final double[] radius;

  Polyline(double[] x, double[] y) {
    this.x = x;
    this.y = y;
    this.radius = new double[x.length];
  }

  /** The number of vertices. */
  int size() {
    return x.length;
  }

  /** The line under an affine map, its radii kept. */
  Polyline map(Placement placement) {
    Polyline mapped = new Polyline(new double[size()], new double[size()]);
    for (int i = 0; i < size(); i++) {
      mapped.x[i] = placement.x(x[i], y[i]);
      mapped.y[i] = placement.y(x[i], y[i]);
      mapped.radius[i] = radius[i];
    }
    return mapped;
  }

  /** Gives every vertex the same radius, in pixels. */
  void setRadius(double pixels) {
    Arrays.fill(radius, pixels);
  }
}
