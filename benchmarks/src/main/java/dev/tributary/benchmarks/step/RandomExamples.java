package dev.tributary.benchmarks.step;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;

/** Gaussian features with random labels, all in memory. */
final class RandomExamples implements Examples {
  private final Shape shape;
  private final int classes;
  private final float[] features;
  private final int[] labels;

  RandomExamples(int size, Shape shape, int classes, Seeds seeds) {
    this.shape = shape;
    this.classes = classes;
    this.features = new float[Math.multiplyExact(size, shape.size())];
    this.labels = new int[size];
    RandomStream random = seeds.stream();
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < size; i++) {
      labels[i] = random.nextInt(classes);
    }
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, float[] target, int offset) {
    System.arraycopy(features, index * shape.size(), target, offset, shape.size());
  }
}
