package dev.tributary.algorithms.continual;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;

/**
 * The last examples of each class, its capacity shared evenly among the classes seen (the ring
 * buffer of Chaudhry et al., arXiv:1902.10486, without knowing how many classes will come).
 *
 * <p>There is no fixed share: a place that no other class wants yet is lent. While there is room an
 * example takes the next place. When there is none it takes the place of the oldest example of its
 * own class; but where some class has at least two places more than its own, or its own has none,
 * it takes the place of the oldest example among the classes with the most places. So classes that
 * were offered enough differ by at most one place, every place is used, and with more classes than
 * places those seen last have one each.
 */
public final class RingBuffer implements ReplayMemory {
  private static final String NAME = "ring";
  private static final String ARRIVALS = NAME + ".arrivals";

  private final Examples examples;
  private final Places places;
  private final int[] arrivals;
  private final int[] labels;
  private final int[] held;

  /** The buffer that {@link #save} left in the lesson's memory, or an empty one. */
  RingBuffer(Lesson lesson) {
    this(lesson.seen(), new Places(NAME, lesson.memory()), lesson.memory().getWhole(ARRIVALS));
  }

  /**
   * An empty buffer.
   *
   * @param capacity the most examples, &ge; 1
   * @param examples where the labels of offered indices are read
   */
  public RingBuffer(int capacity, Examples examples) {
    this(examples, new Places(capacity), new int[capacity]);
  }

  private RingBuffer(Examples examples, Places places, int[] arrivals) {
    this.examples = examples;
    this.places = places;
    this.arrivals = arrivals;
    this.labels = new int[places.capacity()];
    this.held = new int[examples.classes()];
    for (int place = 0; place < places.size(); place++) {
      labels[place] = examples.label(places.at(place));
      held[labels[place]]++;
    }
  }

  /** Declares what {@link #save} writes. */
  static void declare(ParameterLayout.Builder memory, int capacity) {
    Places.declare(memory, NAME, capacity);
    memory.add(ARRIVALS, Role.MEMORY, Shape.of(capacity));
  }

  @Override
  public void save(Memory memory) {
    places.save(NAME, memory);
    memory.setWhole(ARRIVALS, arrivals);
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
    int place = places.size();
    if (places.full()) {
      place = leaving(label);
      held[labels[place]]--;
    }
    held[label]++;
    labels[place] = label;
    arrivals[place] = places.offered();
    places.count();
    return places.put(place, index);
  }

  /** The place whose example makes room for one of this class. */
  private int leaving(int label) {
    int most = 0;
    for (int count : held) {
      most = Math.max(most, count);
    }
    boolean own = held[label] > 0 && most <= held[label] + 1;
    int oldest = -1;
    for (int place = 0; place < labels.length; place++) {
      boolean candidate = own ? labels[place] == label : held[labels[place]] == most;
      if (candidate && (oldest < 0 || arrivals[place] < arrivals[oldest])) {
        oldest = place;
      }
    }
    return oldest;
  }
}
