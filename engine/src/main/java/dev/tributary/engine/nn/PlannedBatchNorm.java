package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.diffDst;
import static dev.tributary.engine.onednn.Argument.diffScale;
import static dev.tributary.engine.onednn.Argument.diffShift;
import static dev.tributary.engine.onednn.Argument.diffSrc;
import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.mean;
import static dev.tributary.engine.onednn.Argument.scale;
import static dev.tributary.engine.onednn.Argument.shift;
import static dev.tributary.engine.onednn.Argument.src;
import static dev.tributary.engine.onednn.Argument.variance;
import static dev.tributary.engine.onednn.Argument.workspace;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.onednn.Argument;
import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Operation;
import dev.tributary.engine.onednn.Primitive;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link BatchNorm} by oneDNN in the format of its input, with a ReLU in the same pass. */
final class PlannedBatchNorm implements PlannedLayer {
  private final BatchNorm spec;
  private final boolean relu;
  private final Kernels kernels;
  private final OneDnn dnnl;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor batchMean;
  private final Tensor batchVar;
  private final Desc channels;
  private final Memory scale;
  private final Memory shift;
  private final Memory scaleGradient;
  private final Memory shiftGradient;

  PlannedBatchNorm(BatchNorm spec, boolean relu, Workspace workspace) {
    this.spec = spec;
    this.relu = relu;
    this.kernels = workspace.kernels();
    this.dnnl = workspace.oneDnn();
    Shape perChannel = Shape.of(spec.input().axis(0));
    this.runningMean = workspace.parameter(spec.name() + ".running-mean");
    this.runningVar = workspace.parameter(spec.name() + ".running-var");
    this.batchMean = workspace.tensor(perChannel);
    this.batchVar = workspace.tensor(perChannel);
    this.channels = dnnl.plain(spec.input().axis(0));
    Affine affine = Affine.of(spec.affine(), spec.name(), spec.input(), workspace);
    this.scale = memory(affine.scale());
    this.shift = memory(affine.shift());
    this.scaleGradient = memory(affine.scaleGradient());
    this.shiftGradient = memory(affine.shiftGradient());
  }

  private Memory memory(Tensor tensor) {
    return dnnl.memory(channels, tensor.memory());
  }

  @Override
  public Value plan(Plan plan, Value x) {
    Value y = plan.value(x.desc(), x.plain(), true);
    plan.add(new Live(plan, x, y));
    return y;
  }

  private final class Live implements Plan.Step {
    private final int batch;
    private final Primitive forward;
    private final @Nullable Primitive backward;

    Live(Plan plan, Value x, Value y) {
      boolean training = plan.training();
      this.batch = plan.batch();
      Operation operation =
          dnnl.operations().batchNorm(x.desc(), y.desc(), spec.eps(), training, relu);
      Memory means = memory(training ? batchMean : runningMean);
      Memory variances = memory(training ? batchVar : runningVar);
      List<Argument> arguments =
          new ArrayList<>(
              List.of(
                  src(x.memory()),
                  dst(y.memory()),
                  scale(scale),
                  shift(shift),
                  mean(means),
                  variance(variances)));
      if (!training) {
        this.forward = dnnl.bind(operation, arguments.toArray(Argument[]::new));
        this.backward = null;
        return;
      }
      Desc signs = operation.workspace();
      Memory workspace = relu ? plan.place(signs).as(signs) : null;
      if (workspace != null) {
        arguments.add(workspace(workspace));
      }
      this.forward = dnnl.bind(operation, arguments.toArray(Argument[]::new));
      // Also where nobody needs the input's gradient: scale and shift need theirs.
      Place down = x.gradient() == null ? plan.place(x.desc()) : x.gradient();
      List<Argument> downwards =
          new ArrayList<>(
              List.of(
                  src(x.memory()),
                  mean(means),
                  variance(variances),
                  scale(scale),
                  diffDst(y.needed().as(y.desc())),
                  diffSrc(down.as(x.desc())),
                  diffScale(scaleGradient),
                  diffShift(shiftGradient)));
      if (workspace != null) {
        downwards.add(workspace(workspace));
      }
      this.backward =
          dnnl.bind(
              dnnl.operations()
                  .batchNormBackward(x.desc(), x.desc(), y.desc(), spec.eps(), relu, operation),
              downwards.toArray(Argument[]::new));
    }

    @Override
    public void forward(Pass pass) {
      if (!pass.training()) {
        forward.run();
        return;
      }
      Norms.requireSpread(spec.name(), spec.input(), batch);
      forward.run();
      int elements = batch * (spec.input().size() / spec.input().axis(0));
      spec.moveRunning(kernels, elements, batchMean, batchVar, runningMean, runningVar);
    }

    @Override
    public void backward(Pass pass) {
      Order.forwardFirst(backward).run();
    }
  }
}
