package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;

/** The examples at the places of a {@link ReplayMemory}, filled in order, and how they are kept. */
final class Places {
  private final int[] indices;
  private int size;
  private int offered;

  /** Empty places. */
  Places(int capacity) {
    this.indices = new int[capacity];
  }

  /** The places that {@link #save} left in the memory under this name, or empty ones. */
  Places(String name, Memory memory) {
    this.indices = memory.getWhole(name + ".indices");
    int[] counts = memory.getWhole(name + ".counts");
    this.size = counts[0];
    this.offered = counts[1];
  }

  /** Declares what {@link #save} writes. */
  static void declare(ParameterLayout.Builder memory, String name, int capacity) {
    memory.add(name + ".indices", Role.MEMORY, Shape.of(capacity));
    memory.add(name + ".counts", Role.MEMORY, Shape.of(2));
  }

  /** Writes the places to the memory. */
  void save(String name, Memory memory) {
    memory.setWhole(name + ".indices", indices);
    memory.setWhole(name + ".counts", size, offered);
  }

  /** The places there are. */
  int capacity() {
    return indices.length;
  }

  /** The places taken. */
  int size() {
    return size;
  }

  /** The examples that were offered. */
  int offered() {
    return offered;
  }

  /** The example at a place in [0, size). */
  int at(int place) {
    return indices[place];
  }

  /** Whether every place is taken. */
  boolean full() {
    return size == indices.length;
  }

  /** Counts an example as offered. */
  void count() {
    offered++;
  }

  /** Puts an example at a place that is taken, or at the next, which is {@link #size}. */
  int put(int place, int index) {
    indices[place] = index;
    size = Math.max(size, place + 1);
    return place;
  }
}
