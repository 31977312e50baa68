package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain of layers as one, computed by oneDNN: formats are chosen once for the whole chain, not
 * anew by each layer, and a batch of known size runs a list of ready primitives.
 *
 * <p>{@link Sequential} is the same chain layer by layer; tests hold the two against each other.
 */
final class Compiled implements Layer {
  private final Workspace workspace;
  private final Shape input;
  private final List<PlannedLayer> layers;
  private final Exchange output;
  private final @Nullable BatchTensor down;
  private final List<Ready> ready = new ArrayList<>();
  private @Nullable Ready last;

  private record Ready(Plan plan, Value x, Value y) {}

  Compiled(List<LayerSpec> specs, Workspace workspace) {
    this.workspace = workspace;
    this.input = specs.getFirst().input();
    this.down = workspace.inputGradient() ? workspace.batch(input) : null;
    this.layers = Planner.layers(specs, workspace);
    this.output = new Exchange(workspace, specs.getLast().output());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Ready now = ready(x.shape().axis(0), pass.training());
    last = now;
    now.x.data().move(x);
    now.plan.forward(pass);
    return now.y.data().tensor();
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Ready now = Order.forwardFirst(last);
    if (now.y.gradient() == null) {
      // Nothing here has parameters, and nobody asked.
      return dy;
    }
    now.y.needed().move(dy);
    now.plan.backward(pass);
    Place gradient = now.x.gradient();
    return gradient == null ? dy : gradient.tensor();
  }

  private Ready ready(int batch, boolean training) {
    for (Ready r : ready) {
      if (r.plan.batch() == batch && r.plan.training() == training) {
        return r;
      }
    }
    Ready made = prepare(batch, training);
    ready.add(made);
    return made;
  }

  private Ready prepare(int batch, boolean training) {
    Plan plan = new Plan(workspace.oneDnn(), batch, training);
    Place gradient = down == null || !training ? null : Place.of(plan.dnnl(), down.rows(batch));
    Value x = new Value(plan.plain(input), true, Place.ofTensor(plan.dnnl()), gradient);
    Value y = plan.tensors(Planner.plan(layers, plan, x), output);
    if (workspace.share(plan.bytes())) {
      ready.forEach(r -> r.plan.settle(workspace.shared()));
    }
    plan.settle(workspace.shared());
    return new Ready(plan, x, y);
  }
}
