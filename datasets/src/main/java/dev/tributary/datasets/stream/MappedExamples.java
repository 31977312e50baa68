package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.tensor.Shape;

/** Examples whose planes are all mapped alike when they are read. */
final class MappedExamples implements Examples {
  private final Examples base;
  private final PixelMap map;

  /** A view of images whose planes have as many pixels as the map. */
  MappedExamples(Examples base, PixelMap map) {
    this.base = base;
    this.map = map;
  }

  @Override
  public int size() {
    return base.size();
  }

  @Override
  public Shape shape() {
    return base.shape();
  }

  @Override
  public int classes() {
    return base.classes();
  }

  @Override
  public int label(int index) {
    return base.label(index);
  }

  @Override
  public void read(int index, float[] target, int offset) {
    float[] original = new float[shape().size()];
    base.read(index, original, 0);
    for (int plane = 0; plane < original.length; plane += map.pixels()) {
      map.apply(original, plane, target, offset + plane);
    }
  }
}
