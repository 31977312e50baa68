package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.random.Seeds;

/**
 * The greedy balancing sampler of {@link GreedyDumb GDumb} (Prabhu et al., ECCV 2020, algorithm 1):
 * an example is taken if its class has less than an equal share of the places, and then, where all
 * are taken, pushes out a random example of the class with the most.
 *
 * <p>With k classes seen, this one included, a share is capacity / k, not rounded. Of several
 * classes with the most places the lowest id gives way. An example that is in the memory already is
 * not taken again: the paper sees each once, here a task may last several epochs.
 */
public final class GreedyMemory implements ReplayMemory {
  private static final String NAME = "greedy";

  private final Examples examples;
  private final Places places;
  private final Seeds seeds;
  private final int[] held;

  /** The memory that {@link #save} left in the lesson's memory, or an empty one. */
  GreedyMemory(Lesson lesson) {
    this(lesson.seen(), new Places(NAME, lesson.memory()), lesson.seeds().child(NAME));
  }

  /**
   * An empty memory.
   *
   * @param capacity the most examples, &ge; 1
   * @param examples where the labels of offered indices are read
   * @param seeds where it is drawn from who gives way
   */
  public GreedyMemory(int capacity, Examples examples, Seeds seeds) {
    this(examples, new Places(capacity), seeds);
  }

  private GreedyMemory(Examples examples, Places places, Seeds seeds) {
    this.examples = examples;
    this.places = places;
    this.seeds = seeds;
    this.held = new int[examples.classes()];
    for (int place = 0; place < places.size(); place++) {
      held[examples.label(places.at(place))]++;
    }
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

  @Override
  public int at(int place) {
    return places.at(place);
  }

  @Override
  public int offer(int index) {
    int label = examples.label(index);
    int place = taken(index, label) ? place() : -1;
    places.count();
    if (place < 0) {
      return -1;
    }
    held[label]++;
    return places.put(place, index);
  }

  private boolean taken(int index, int label) {
    int classes = held[label] == 0 ? 1 : 0;
    for (int count : held) {
      classes += count > 0 ? 1 : 0;
    }
    if (held[label] > 0 && (long) held[label] * classes >= places.capacity()) {
      return false;
    }
    for (int place = 0; place < places.size(); place++) {
      if (places.at(place) == index) {
        return false;
      }
    }
    return true;
  }

  /** The next place, or that of a random example of the largest class, which loses it. */
  private int place() {
    if (!places.full()) {
      return places.size();
    }
    int largest = 0;
    for (int c = 1; c < held.length; c++) {
      largest = held[c] > held[largest] ? c : largest;
    }
    int chosen = seeds.child("leave", places.offered()).stream().nextInt(held[largest]);
    held[largest]--;
    int place = -1;
    while (chosen >= 0) {
      place++;
      chosen -= examples.label(places.at(place)) == largest ? 1 : 0;
    }
    return place;
  }
}
