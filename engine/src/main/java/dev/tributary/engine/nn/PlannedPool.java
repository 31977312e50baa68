package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.diffDst;
import static dev.tributary.engine.onednn.Argument.diffSrc;
import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;
import static dev.tributary.engine.onednn.Argument.workspace;

import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Operation;
import dev.tributary.engine.onednn.Primitive;
import org.jspecify.annotations.Nullable;

/** {@link Pool2d} by the maximum, by oneDNN in the format of its input. */
final class PlannedPool implements PlannedLayer {
  private final Pool2d spec;

  PlannedPool(Pool2d spec) {
    this.spec = spec;
  }

  @Override
  public Value plan(Plan plan, Value x) {
    Operation operation =
        plan.dnnl()
            .operations()
            .maxPool(x.desc(), plan.any(spec.output()), spec.window(), plan.training());
    Value y = plan.value(operation.dst(), false, x.gradient() != null);
    plan.add(new Live(plan, operation, x, y));
    return y;
  }

  private final class Live implements Plan.Step {
    private final Primitive forward;
    private final @Nullable Primitive backward;

    Live(Plan plan, Operation operation, Value x, Value y) {
      OneDnn dnnl = plan.dnnl();
      if (!plan.training()) {
        this.forward = dnnl.bind(operation, src(x.memory()), dst(y.memory()));
        this.backward = null;
        return;
      }
      Desc places = operation.workspace();
      Memory winners = plan.place(places).as(places);
      this.forward = dnnl.bind(operation, src(x.memory()), dst(y.memory()), workspace(winners));
      Place down = x.gradient();
      this.backward =
          down == null
              ? null
              : dnnl.bind(
                  dnnl.operations().maxPoolBackward(x.desc(), y.desc(), spec.window(), operation),
                  diffDst(y.needed().as(y.desc())),
                  workspace(winners),
                  diffSrc(down.as(x.desc())));
    }

    @Override
    public void forward(Pass pass) {
      forward.run();
    }

    @Override
    public void backward(Pass pass) {
      if (backward != null) {
        backward.run();
      }
    }
  }
}
