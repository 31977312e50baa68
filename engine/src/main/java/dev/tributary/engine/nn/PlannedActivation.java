package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;

import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import org.jspecify.annotations.Nullable;

/** A ReLU with a gain that stands by itself, in whatever format its input has. */
final class PlannedActivation implements PlannedLayer {
  private final double gain;

  PlannedActivation(double gain) {
    this.gain = gain;
  }

  @Override
  public Value plan(Plan plan, Value x) {
    Value y = plan.value(x.desc(), x.plain(), x.gradient() != null);
    plan.add(new Live(plan, x, y));
    return y;
  }

  private final class Live implements Plan.Step {
    private final Primitive relu;
    private final @Nullable Primitive scale;
    private final @Nullable ReluBackward backward;

    Live(Plan plan, Value x, Value y) {
      OneDnn dnnl = plan.dnnl();
      Memory output = y.memory();
      this.relu =
          dnnl.bind(dnnl.operations().relu(x.desc(), y.desc()), src(x.memory()), dst(output));
      this.scale =
          gain == 1
              ? null
              : dnnl.bind(dnnl.operations().scale(y.desc(), gain), src(output), dst(output));
      Place down = x.gradient();
      this.backward = down == null ? null : new ReluBackward(dnnl, y, down.as(y.desc()), gain);
    }

    @Override
    public void forward(Pass pass) {
      relu.run();
      if (scale != null) {
        scale.run();
      }
    }

    @Override
    public void backward(Pass pass) {
      if (backward != null) {
        backward.run();
      }
    }
  }
}
