package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The indices of a set's examples, class by class. */
final class ClassIndex {
  private final List<int[]> members;

  ClassIndex(Examples examples) {
    List<IntStream.Builder> found = new ArrayList<>();
    for (int c = 0; c < examples.classes(); c++) {
      found.add(IntStream.builder());
    }
    for (int i = 0; i < examples.size(); i++) {
      found.get(examples.label(i)).add(i);
    }
    members = found.stream().map(builder -> builder.build().toArray()).toList();
  }

  /** The classes that have examples, ascending. */
  int[] present() {
    return IntStream.range(0, members.size()).filter(c -> members.get(c).length > 0).toArray();
  }

  /** All examples of some classes, ascending. */
  int[] of(int... classes) {
    return Arrays.stream(classes).flatMap(c -> Arrays.stream(members.get(c))).sorted().toArray();
  }

  /** All examples of some classes, in random order. */
  int[] shuffled(int[] classes, Seeds seeds) {
    int[] order = of(classes);
    seeds.stream().shuffle(order);
    return order;
  }

  /**
   * Deals the examples of some classes like cards, class after class, each class in random order:
   * every example to one part, and both a part's size and its number of a class differ by at most
   * one from another part's.
   *
   * @return [parts], each in random order
   */
  List<int[]> deal(int[] classes, int parts, Seeds seeds) {
    int[] cards = new int[0];
    for (int c : classes) {
      int[] own = members.get(c).clone();
      seeds.child("class", c).stream().shuffle(own);
      int before = cards.length;
      cards = Arrays.copyOf(cards, before + own.length);
      System.arraycopy(own, 0, cards, before, own.length);
    }
    RandomStream random = seeds.child("hands").stream();
    List<int[]> hands = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      int size = (cards.length - p + parts - 1) / parts;
      int[] hand = new int[size];
      for (int i = 0; i < size; i++) {
        hand[i] = cards[p + i * parts];
      }
      random.shuffle(hand);
      hands.add(hand);
    }
    return hands;
  }
}
