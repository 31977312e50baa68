package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.diffDst;
import static dev.tributary.engine.onednn.Argument.diffSrc;
import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;

import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of {@code y = gain * max(0, z)} with respect to z, from y alone: y is positive where
 * z was.
 */
final class ReluBackward {
  private final Memory result;
  private final Primitive mask;
  private final @Nullable Primitive scale;

  /** With the result in the plan's memory, until the step is over. */
  ReluBackward(Plan plan, Value y, double gain) {
    this(plan.dnnl(), y, plan.lend(y.desc()).as(y.desc()), gain);
  }

  /** With the result where the caller wants it, in the format of y. */
  ReluBackward(OneDnn dnnl, Value y, Memory result, double gain) {
    this.result = result;
    this.mask =
        dnnl.bind(
            dnnl.operations().reluBackward(y.desc(), y.desc(), y.desc()),
            dst(y.memory()),
            diffDst(y.needed().as(y.desc())),
            diffSrc(result));
    this.scale =
        gain == 1
            ? null
            : dnnl.bind(dnnl.operations().scale(y.desc(), gain), src(result), dst(result));
  }

  /** The gradient of z. */
  Memory result() {
    return result;
  }

  void run() {
    mask.run();
    if (scale != null) {
      scale.run();
    }
  }
}
