package dev.tributary.algorithms.continual;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.settings.Settings;

/**
 * Settings of a memory of past examples, shared by the methods that replay.
 *
 * @param buffer the most examples remembered, &ge; 1
 * @param replay examples replayed per step; 0 for as many as the batch size
 * @param kind which examples are remembered
 */
public record ReplayOptions(int buffer, int replay, Kind kind) {

  /** Which examples a memory holds. */
  public enum Kind {
    /** A uniform sample of all offered: {@link Reservoir}. */
    RESERVOIR,
    /** The last of each class, evenly: {@link RingBuffer}. */
    RING
  }

  /** Reads {@code buffer} (default 200), {@code replay} (0) and {@code buffer-kind} (reservoir). */
  public static ReplayOptions from(Settings settings) {
    int replay = settings.integer("replay", 0);
    settings.require(replay >= 0, "replay", ">= 1, or 0 for the batch size", replay);
    return new ReplayOptions(
        buffer(settings), replay, settings.choice("buffer-kind", Kind.RESERVOIR));
  }

  /** Reads {@code buffer} alone, default 200. */
  static int buffer(Settings settings) {
    int buffer = settings.integer("buffer", 200);
    settings.require(
        buffer >= 1 && buffer <= Memory.LARGEST_WHOLE,
        "buffer",
        "a number of examples in [1, " + Memory.LARGEST_WHOLE + "]",
        buffer);
    return buffer;
  }

  /** The examples replayed per step for this batch size. */
  int replayed(int batchSize) {
    return replay == 0 ? batchSize : replay;
  }

  /** Declares what the memory keeps between rounds. */
  void declare(ParameterLayout.Builder memory) {
    switch (kind) {
      case RESERVOIR -> Reservoir.declare(memory, buffer);
      case RING -> RingBuffer.declare(memory, buffer);
    }
  }

  /** The memory as the last round left it. */
  ReplayMemory open(Lesson lesson) {
    return switch (kind) {
      case RESERVOIR -> new Reservoir(lesson);
      case RING -> new RingBuffer(lesson);
    };
  }
}
