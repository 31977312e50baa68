package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;

/**
 * Examples whose planes are all mapped alike when they are read.
 *
 * @param base images whose planes have as many pixels as the map
 * @param map what is done to a plane
 */
record MappedExamples(Examples base, PixelMap map) implements ExamplesView {

  @Override
  public void read(int index, float[] target, int offset) {
    float[] original = new float[shape().size()];
    base.read(index, original, 0);
    for (int plane = 0; plane < original.length; plane += map.pixels()) {
      map.apply(original, plane, target, offset + plane);
    }
  }
}
