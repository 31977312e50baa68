package dev.tributary.engine.nn;

import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import org.jspecify.annotations.Nullable;

/** A copy of a value in another format, and of its gradient back. */
final class Reorder implements Plan.Step {
  private final Primitive up;
  private final @Nullable Primitive down;

  Reorder(OneDnn dnnl, Value from, Value to) {
    this.up = dnnl.reorder(from.memory(), to.memory());
    this.down =
        from.gradient() == null
            ? null
            : dnnl.reorder(to.needed().as(to.desc()), from.needed().as(from.desc()));
  }

  @Override
  public void forward(Pass pass) {
    up.run();
  }

  @Override
  public void backward(Pass pass) {
    if (down != null) {
      down.run();
    }
  }
}
