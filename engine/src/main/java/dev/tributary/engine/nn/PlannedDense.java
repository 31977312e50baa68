package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.bias;
import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;
import static dev.tributary.engine.onednn.Argument.weights;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@link Dense} by oneDNN, with a ReLU behind it in the same pass.
 *
 * <p>Where the pass descends, the weights take their step inside the product that would give their
 * gradient, {@code W += (-lr dY)^T X}: the gradient of a large layer is as long as the layer, and
 * is then neither written nor read.
 */
final class PlannedDense implements PlannedLayer {
  private final Dense spec;
  private final double gain;
  private final Kernels kernels;
  private final OneDnn dnnl;
  private final Tensor weight;
  private final Tensor weightGradient;
  private final Tensor biasGradient;
  private final Memory bias;
  private final Exchange output;
  private final Exchange scratch;

  /**
   * A live dense layer.
   *
   * @param gain the factor of the ReLU behind it; 0 for none
   */
  PlannedDense(Dense spec, double gain, Workspace workspace) {
    this.spec = spec;
    this.gain = gain;
    this.kernels = workspace.kernels();
    this.dnnl = workspace.oneDnn();
    workspace.movesItself(spec.name() + ".weight");
    this.weight = workspace.parameter(spec.name() + ".weight");
    this.weightGradient = workspace.gradient(spec.name() + ".weight");
    this.biasGradient = workspace.gradient(spec.name() + ".bias");
    this.bias =
        dnnl.memory(
            dnnl.plain(1, spec.outputs()), workspace.parameter(spec.name() + ".bias").memory());
    this.output = new Exchange(workspace, spec.output());
    this.scratch = new Exchange(workspace, spec.output());
  }

  @Override
  public Value plan(Plan plan, Value input) {
    Value x = plan.plain(input, spec.input());
    int n = plan.batch();
    Value y =
        new Value(
            plan.plain(spec.output()),
            true,
            Place.of(dnnl, output.data(n)),
            plan.training() ? Place.of(dnnl, output.gradient(n)) : null);
    plan.add(new Live(plan, x, y));
    return y;
  }

  private final class Live implements Plan.Step {
    private final Value y;
    private final Primitive forward;
    private final @Nullable ReluBackward relu;
    private final @Nullable Place dz;
    private final @Nullable Primitive backwardWeights;
    private final @Nullable Tensor step;
    private final @Nullable Primitive descent;
    private final @Nullable Primitive backwardData;

    Live(Plan plan, Value x, Value y) {
      this.y = y;
      int n = plan.batch();
      Desc columns = dnnl.transposed(spec.inputs(), spec.outputs());
      this.forward =
          dnnl.bind(
              dnnl.operations().matmul(x.desc(), columns, bias.desc(), y.desc(), gain),
              src(x.memory()),
              weights(dnnl.memory(columns, weight.memory())),
              bias(bias),
              dst(y.memory()));
      if (!plan.training()) {
        relu = null;
        dz = null;
        backwardWeights = null;
        step = null;
        descent = null;
        backwardData = null;
        return;
      }
      this.dz = gain > 0 ? Place.of(dnnl, scratch.data(n)) : y.needed();
      this.relu = gain > 0 ? new ReluBackward(dnnl, y, dz.as(y.desc()), gain) : null;
      this.step = scratch.gradient(n);
      Desc rows = dnnl.plain(spec.outputs(), spec.inputs());
      Desc up = dnnl.transposed(spec.outputs(), n);
      this.backwardWeights =
          dnnl.bind(
              dnnl.operations().matmul(up, x.desc(), rows),
              src(dz.as(up)),
              weights(x.memory()),
              dst(dnnl.memory(rows, weightGradient.memory())));
      Memory live = dnnl.memory(rows, weight.memory());
      this.descent =
          dnnl.bind(
              dnnl.operations().matmulAdd(up, x.desc(), rows),
              src(dnnl.memory(up, step.memory())),
              weights(x.memory()),
              dst(live));
      Place down = x.gradient();
      this.backwardData =
          down == null
              ? null
              : dnnl.bind(
                  dnnl.operations().matmul(y.desc(), rows, x.desc()),
                  src(dz.as(y.desc())),
                  weights(live),
                  dst(down.as(x.desc())));
    }

    @Override
    public void forward(Pass pass) {
      forward.run();
    }

    @Override
    public void backward(Pass pass) {
      if (relu != null) {
        relu.run();
      }
      Tensor dy = relu == null ? y.needed().tensor() : Order.forwardFirst(dz).tensor();
      kernels.columnSums(dy, biasGradient);
      if (backwardData != null) {
        backwardData.run();
      }
      if (pass.descends()) {
        kernels.scaleAdd(-pass.rate(), dy, 0, Order.forwardFirst(step));
        Order.forwardFirst(descent).run();
      } else {
        Order.forwardFirst(backwardWeights).run();
      }
    }
  }
}
