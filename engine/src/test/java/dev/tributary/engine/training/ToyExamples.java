package dev.tributary.engine.training;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;

/** Noise around one random pattern per class: easily separated. */
record ToyExamples(int size, Shape shape, int classes, Seeds seeds) implements Examples {

  @Override
  public int label(int index) {
    return index % classes;
  }

  @Override
  public void read(int index, float[] target, int offset) {
    RandomStream pattern = seeds.child("class", label(index)).stream();
    RandomStream noise = seeds.child("example", index).stream();
    for (int i = 0; i < shape.size(); i++) {
      target[offset + i] = (float) (pattern.nextGaussian() + 0.5 * noise.nextGaussian());
    }
  }
}
