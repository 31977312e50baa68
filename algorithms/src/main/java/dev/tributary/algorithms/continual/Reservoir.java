package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;

/**
 * A sample of at most {@code capacity} of all examples offered so far, each of them in it with the
 * same probability (Vitter, ACM TOMS 1985, algorithm R). It holds indices, not copies: {@link
 * Lesson#seen} reads the examples.
 */
public final class Reservoir {
  private static final String INDICES = "reservoir.indices";
  private static final String COUNTS = "reservoir.counts";

  private final int[] indices;
  private final Seeds seeds;
  private int size;
  private int offered;

  /** The reservoir that {@link #save} left in the lesson's memory, or an empty one. */
  Reservoir(Lesson lesson) {
    float[] kept = lesson.memory().get(INDICES);
    float[] counts = lesson.memory().get(COUNTS);
    this.seeds = lesson.seeds().child("reservoir");
    this.size = (int) counts[0];
    this.offered = (int) counts[1];
    this.indices = new int[kept.length];
    for (int i = 0; i < size; i++) {
      indices[i] = (int) kept[i];
    }
  }

  /** An empty reservoir. */
  public Reservoir(int capacity, Seeds seeds) {
    this.indices = new int[capacity];
    this.seeds = seeds;
  }

  /** Declares what {@link #save} writes. */
  static void declare(ParameterLayout.Builder memory, int capacity) {
    memory.add(INDICES, Role.MEMORY, Shape.of(capacity));
    memory.add(COUNTS, Role.MEMORY, Shape.of(2));
  }

  /** Writes the reservoir to the memory. */
  void save(Memory memory) {
    float[] kept = new float[indices.length];
    for (int i = 0; i < size; i++) {
      kept[i] = indices[i];
    }
    memory.set(INDICES, kept);
    memory.set(COUNTS, size, offered);
  }

  /** The number of examples in it, at most the capacity. */
  public int size() {
    return size;
  }

  /** The number of examples it was offered. */
  public int offered() {
    return offered;
  }

  /** The example at a place in [0, size). */
  public int at(int place) {
    return indices[place];
  }

  /**
   * Offers an example.
   *
   * @return the place it took, or -1 if it was not taken
   */
  public int offer(int index) {
    int place =
        size < indices.length
            ? size++
            : seeds.child("offer", offered).stream().nextInt(offered + 1);
    offered++;
    if (place >= indices.length) {
      return -1;
    }
    indices[place] = index;
    return place;
  }

  /**
   * Draws places at random without repetition.
   *
   * @param count at most so many; all places where there are no more
   * @param random where the draw comes from
   */
  public int[] draw(int count, RandomStream random) {
    int drawn = Math.min(count, size);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int[] places = new int[drawn];
    for (int i = 0; i < drawn; i++) {
      int j = i + random.nextInt(size - i);
      places[i] = order[j];
      order[j] = order[i];
    }
    return places;
  }
}
