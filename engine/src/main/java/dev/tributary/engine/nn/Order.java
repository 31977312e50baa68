package dev.tributary.engine.nn;

import org.jspecify.annotations.Nullable;

/** Guards the order of calls. */
final class Order {
  private Order() {}

  /** What the last forward left; an error if there was none. */
  static <T> T forwardFirst(@Nullable T saved) {
    if (saved == null) {
      throw new IllegalStateException("call forward before backward");
    }
    return saved;
  }
}
