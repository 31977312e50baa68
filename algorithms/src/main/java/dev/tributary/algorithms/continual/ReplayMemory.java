package dev.tributary.algorithms.continual;

import dev.tributary.engine.random.RandomStream;
import java.util.function.IntPredicate;

/**
 * A bounded memory of past examples. It holds indices, not copies: {@link Lesson#seen} reads the
 * examples. An example keeps its place in [0, size) until another takes it, so a method may keep
 * more about it by place.
 */
public sealed interface ReplayMemory permits Reservoir, RingBuffer, GreedyMemory {

  /** The number of examples in it, at most the capacity. */
  int size();

  /** The example at a place in [0, size). */
  int at(int place);

  /**
   * Offers an example.
   *
   * @return the place it took, or -1 if it was not taken
   */
  int offer(int index);

  /** Writes the whole to what is kept between rounds. */
  void save(Memory memory);

  /**
   * Draws places at random without repetition.
   *
   * @param count at most so many; all places where there are no more
   * @param random where the draw comes from
   */
  default int[] draw(int count, RandomStream random) {
    return draw(count, random, _ -> true);
  }

  /** The same among the places that are {@code eligible}. */
  default int[] draw(int count, RandomStream random, IntPredicate eligible) {
    int[] order = new int[size()];
    int candidates = 0;
    for (int place = 0; place < order.length; place++) {
      if (eligible.test(place)) {
        order[candidates++] = place;
      }
    }
    int[] places = new int[Math.min(count, candidates)];
    for (int i = 0; i < places.length; i++) {
      int j = i + random.nextInt(candidates - i);
      places[i] = order[j];
      order[j] = order[i];
    }
    return places;
  }
}
