package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;

import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A quantised layer in a plan, with a ReLU behind it: images with their channels last, which
 * oneDNN's other layers take as they are, or plain vectors, as flat tensors.
 */
final class PlannedQuantized implements PlannedLayer {
  private final QuantizedLayer spec;
  private final double gain;
  private final IntegerProducts products;

  /**
   * A live layer.
   *
   * @param gain the factor of the ReLU behind it; 0 for none
   */
  PlannedQuantized(QuantizedLayer spec, double gain, Workspace workspace) {
    this.spec = spec;
    this.gain = gain;
    this.products = IntegerProducts.of(spec, workspace);
  }

  @Override
  public Value plan(Plan plan, Value given) {
    boolean image = spec instanceof QuantizedConv2d;
    Value x =
        image ? plan.in(plan.channelsLast(spec.input()), given) : plan.plain(given, spec.input());
    Value y =
        plan.value(
            image ? plan.channelsLast(spec.output()) : plan.plain(spec.output()), !image, true);
    plan.add(new Live(plan, x, y));
    return y;
  }

  private final class Live implements Plan.Step {
    private final int batch;
    private final Place x;
    private final @Nullable Place down;
    private final Value y;
    private final @Nullable Primitive relu;
    private final @Nullable Primitive scale;
    private final @Nullable Place masked;
    private final @Nullable ReluBackward backward;

    Live(Plan plan, Value x, Value y) {
      OneDnn dnnl = plan.dnnl();
      Desc f = y.desc();
      this.batch = plan.batch();
      this.x = x.data();
      this.down = x.gradient();
      this.y = y;
      this.relu =
          gain == 0
              ? null
              : dnnl.bind(dnnl.operations().relu(f, f), src(y.memory()), dst(y.memory()));
      this.scale =
          gain == 0 || gain == 1
              ? null
              : dnnl.bind(dnnl.operations().scale(f, gain), src(y.memory()), dst(y.memory()));
      this.masked = gain == 0 || !plan.training() ? null : plan.lend(f);
      this.backward = masked == null ? null : new ReluBackward(dnnl, y, masked.as(f), gain);
    }

    @Override
    public void forward(Pass pass) {
      products.forward(x.tensor(), batch, y.data().tensor());
      if (relu != null) {
        relu.run();
      }
      if (scale != null) {
        scale.run();
      }
    }

    @Override
    public void backward(Pass pass) {
      if (backward != null) {
        backward.run();
      }
      Tensor dy = (masked == null ? y.needed() : masked).tensor();
      products.backward(dy, batch, down == null ? null : down.tensor(), pass);
    }
  }
}
