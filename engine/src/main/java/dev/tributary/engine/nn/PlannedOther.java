package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Any layer that oneDNN does not do for us, between tensors in row-major order. */
final class PlannedOther implements PlannedLayer {
  private final LayerSpec spec;
  private final Layer layer;
  private final Exchange input;
  private final Exchange output;

  PlannedOther(LayerSpec spec, Workspace workspace) {
    this.spec = spec;
    this.layer = spec.build(workspace);
    this.input = new Exchange(workspace, spec.input());
    this.output = new Exchange(workspace, spec.output());
  }

  @Override
  public Value plan(Plan plan, Value given) {
    Value x = plan.tensors(given, input);
    Value y =
        new Value(
            plan.plain(spec.output()),
            true,
            Place.ofTensor(plan.dnnl()),
            plan.training() && (x.gradient() != null || Sequential.hasParameters(spec))
                ? Place.of(plan.dnnl(), output.gradient(plan.batch()))
                : null);
    plan.add(new Live(x, y));
    return y;
  }

  private final class Live implements Plan.Step {
    private final Value y;
    private final Place x;
    private final @Nullable Place down;

    Live(Value x, Value y) {
      this.y = y;
      this.x = x.data();
      this.down = x.gradient();
    }

    @Override
    public void forward(Pass pass) {
      y.data().move(layer.forward(x.tensor(), pass));
    }

    @Override
    public void backward(Pass pass) {
      if (y.gradient() == null) {
        return;
      }
      Tensor dx = layer.backward(y.needed().tensor(), pass);
      if (down != null) {
        down.move(dx);
      }
    }
  }
}
