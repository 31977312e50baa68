package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.tensor.Shape;
import java.util.List;

/** Examples of a few numbers each, written out. */
record Points(int classes, List<Point> points) implements Examples {

  /** One example. */
  record Point(int label, List<Double> x) {}

  static Point point(int label, Double... x) {
    return new Point(label, List.of(x));
  }

  @Override
  public int size() {
    return points.size();
  }

  @Override
  public Shape shape() {
    return Shape.of(1, 1, points.getFirst().x.size());
  }

  @Override
  public int label(int index) {
    return points.get(index).label;
  }

  @Override
  public void read(int index, float[] target, int offset) {
    List<Double> x = points.get(index).x;
    for (int i = 0; i < x.size(); i++) {
      target[offset + i] = x.get(i).floatValue();
    }
  }
}
