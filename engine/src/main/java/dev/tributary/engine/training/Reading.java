package dev.tributary.engine.training;

import dev.tributary.engine.data.Examples;

/** Reads examples to learn from. */
final class Reading {
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private Reading() {}

  /**
   * Reads the features of example {@code index} to {@code features[at]} and on.
   *
   * @throws IllegalArgumentException if one is NaN or infinite: a ReLU may make a zero of it and a
   *     normalisation spoil its batch, and where it came from would be nowhere to be seen
   */
  static void read(Examples data, int index, float[] features, int at) {
    data.read(index, features, at);
    int size = data.shape().size();
    // Magnitudes compare as their bits do; one maximum is found several elements at a time.
    int most = 0;
    for (int i = at; i < at + size; i++) {
      most = Math.max(most, Float.floatToRawIntBits(features[i]) & Integer.MAX_VALUE);
    }
    if (most < INFINITY) {
      return;
    }
    int bad = at;
    while (Float.isFinite(features[bad])) {
      bad++;
    }
    throw new IllegalArgumentException(
        "feature %d of example %d is %s and must be finite; repair or leave out the example"
            .formatted(bad - at, index, features[bad]));
  }
}
