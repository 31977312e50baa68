package dev.tributary.engine.nn;

import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What goes from one layer of a plan to the next.
 *
 * @param desc the format of the values and of their gradient
 * @param plain whether that is row-major
 * @param data where the values lie
 * @param gradient where their gradient lies, or null where nobody needs it
 */
record Value(Desc desc, boolean plain, Place data, @Nullable Place gradient) {

  /** The values. */
  Memory memory() {
    return data.as(desc);
  }

  /** The gradient's place, for layers that have made sure that there is one. */
  Place needed() {
    return Objects.requireNonNull(gradient, "this value has no gradient");
  }

  /** The same values with a gradient of their own. */
  Value withGradient(@Nullable Place other) {
    return new Value(desc, plain, data, other);
  }

  /** The same numbers in another row-major shape. */
  Value as(Desc shape) {
    return new Value(shape, true, data, gradient);
  }
}
