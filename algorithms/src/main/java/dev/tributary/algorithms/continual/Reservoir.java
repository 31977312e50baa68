package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.random.Seeds;

/**
 * A sample of at most {@code capacity} of all examples offered so far, each of them in it with the
 * same probability (Vitter, ACM TOMS 1985, algorithm R).
 */
public final class Reservoir implements ReplayMemory {
  private static final String NAME = "reservoir";

  private final Places places;
  private final Seeds seeds;

  /** The reservoir that {@link #save} left in the lesson's memory, or an empty one. */
  Reservoir(Lesson lesson) {
    this(new Places(NAME, lesson.memory()), lesson.seeds().child(NAME));
  }

  /** An empty reservoir. */
  public Reservoir(int capacity, Seeds seeds) {
    this(new Places(capacity), seeds);
  }

  private Reservoir(Places places, Seeds seeds) {
    this.places = places;
    this.seeds = seeds;
  }

  /** Declares what {@link #save} writes. */
  static void declare(ParameterLayout.Builder memory, int capacity) {
    Places.declare(memory, NAME, capacity);
  }

  @Override
  public void save(Memory memory) {
    places.save(NAME, memory);
  }

  @Override
  public int size() {
    return places.size();
  }

  /** The number of examples it was offered. */
  public int offered() {
    return places.offered();
  }

  @Override
  public int at(int place) {
    return places.at(place);
  }

  @Override
  public int offer(int index) {
    int offered = places.offered();
    int place =
        places.full() ? seeds.child("offer", offered).stream().nextInt(offered + 1) : places.size();
    places.count();
    return place < places.capacity() ? places.put(place, index) : -1;
  }
}
