package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import org.jspecify.annotations.NullMarked;

/**
 * The same images under labels that mean nothing: each is drawn uniformly, independently of all
 * else. A sequence of such tasks, each with seeds of its own, asks for nothing but the ability to
 * fit anew; a learner that fits later ones worse has lost it (Lyle et al., ICML 2023).
 */
@NullMarked
public final class RandomLabels implements Examples {
  private final Examples base;
  private final int classes;
  private final int[] labels;

  private RandomLabels(Examples base, int classes, int[] labels) {
    this.base = base;
    this.classes = classes;
    this.labels = labels;
  }

  /**
   * The examples of {@code base} with labels drawn anew.
   *
   * @param classes how many there are to draw from, &ge; 2; those of {@code base} do not count
   * @param seeds of the task: {@code seeds.child("task", t)}
   */
  public static RandomLabels of(Examples base, int classes, Seeds seeds) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "random labels must be of at least 2 classes, got " + classes);
    }
    RandomStream stream = seeds.child("labels").stream();
    int[] labels = new int[base.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = stream.nextInt(classes);
    }
    return new RandomLabels(base, classes, labels);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape shape() {
    return base.shape();
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
    base.read(index, target, offset);
  }
}
