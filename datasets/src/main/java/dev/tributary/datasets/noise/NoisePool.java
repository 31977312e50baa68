package dev.tributary.datasets.noise;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;

/**
 * Gaussian noise that any number of clients read their examples from: an example is a window of one
 * pool of a million numbers, at a place of its own. So thousands of clients cost no more memory
 * than one and no time to draw, and a run's time is that of federated learning, not of its data.
 * Windows overlap, so examples are not independent of each other.
 */
public final class NoisePool {
  private static final int PLACES = 1 << 20;

  /** Odd, so that a client's examples are at different places. */
  private static final int STRIDE = 40_503;

  private final Shape shape;
  private final int classes;
  private final float[] numbers;

  /**
   * Draws the pool.
   *
   * @param shape of an example, of at least one number
   * @param classes the number of classes, &ge; 1
   */
  public NoisePool(Shape shape, int classes, Seeds seeds) {
    if (shape.size() < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "noise needs at least one number and one class, got " + shape + " and " + classes);
    }
    this.shape = shape;
    this.classes = classes;
    this.numbers = new float[PLACES + shape.size()];
    RandomStream random = seeds.stream();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
  }

  /** Examples with random labels; their places and labels are drawn from the seeds. */
  public Examples examples(int size, Seeds seeds) {
    RandomStream random = seeds.stream();
    int first = random.nextInt(PLACES);
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.nextInt(classes);
    }
    return new Windows(first, labels);
  }

  private final class Windows implements Examples {
    private final int first;
    private final int[] labels;

    Windows(int first, int[] labels) {
      this.first = first;
      this.labels = labels;
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
      int place = (first + index * STRIDE) & (PLACES - 1);
      System.arraycopy(numbers, place, target, offset, shape.size());
    }
  }
}
