package dev.tributary.engine.nn;

import static dev.tributary.engine.onednn.Argument.bias;
import static dev.tributary.engine.onednn.Argument.diffBias;
import static dev.tributary.engine.onednn.Argument.diffDst;
import static dev.tributary.engine.onednn.Argument.diffSrc;
import static dev.tributary.engine.onednn.Argument.diffWeights;
import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.src;
import static dev.tributary.engine.onednn.Argument.weights;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Operation;
import dev.tributary.engine.onednn.Primitive;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Conv2d} by oneDNN in the format it likes best, with a ReLU behind it in the same pass.
 * Weights are put into that format anew at every step: they are small beside the activations.
 */
final class PlannedConvolution implements PlannedLayer {
  private static final int FEW_CHANNELS = 4;

  private final Conv2d spec;
  private final double gain;
  private final boolean few;
  private final Kernels kernels;
  private final OneDnn dnnl;
  private final Desc plainWeights;
  private final Memory weight;
  private final Memory weightGradient;
  private final Memory bias;
  private final Memory biasGradient;
  private final @Nullable Standardized standardized;

  /** The raw weights of a standardised convolution and what they are made into. */
  private record Standardized(
      WeightStandardization rule,
      Tensor raw,
      Tensor rawGradient,
      Tensor gain,
      Tensor gainGradient,
      Tensor weight,
      Tensor weightGradient) {}

  /**
   * A live convolution.
   *
   * @param gain the factor of the ReLU behind it; 0 for none
   */
  PlannedConvolution(Conv2d spec, double gain, Workspace workspace) {
    this.spec = spec;
    this.gain = gain;
    // Of a picture's few channels oneDNN's own formats would be mostly padding.
    this.few = spec.input().axis(0) <= FEW_CHANNELS;
    this.kernels = workspace.kernels();
    this.dnnl = workspace.oneDnn();
    Tensor raw = workspace.parameter(spec.name() + ".weight");
    Tensor rawGradient = workspace.gradient(spec.name() + ".weight");
    WeightStandardization rule = spec.standardization();
    this.standardized =
        rule == null
            ? null
            : new Standardized(
                rule,
                raw,
                rawGradient,
                workspace.parameter(spec.name() + ".gain"),
                workspace.gradient(spec.name() + ".gain"),
                workspace.tensor(raw.shape()),
                workspace.tensor(raw.shape()));
    this.plainWeights = dnnl.plain(raw.shape().toArray());
    Tensor used = standardized == null ? raw : standardized.weight;
    Tensor usedGradient = standardized == null ? rawGradient : standardized.weightGradient;
    this.weight = dnnl.memory(plainWeights, used.memory());
    this.weightGradient = dnnl.memory(plainWeights, usedGradient.memory());
    Desc channels = dnnl.plain(spec.channels());
    this.bias = dnnl.memory(channels, workspace.parameter(spec.name() + ".bias").memory());
    this.biasGradient = dnnl.memory(channels, workspace.gradient(spec.name() + ".bias").memory());
  }

  @Override
  public Value plan(Plan plan, Value x) {
    Desc any = dnnl.any(plainShape());
    Operation forward =
        dnnl.operations()
            .convolution(
                few ? x.desc() : plan.any(spec.input()),
                any,
                bias.desc(),
                plan.any(spec.output()),
                spec.window(),
                gain);
    Value input = plan.in(forward.src(), x);
    Value y = plan.value(forward.dst(), false, true);
    plan.add(new Live(plan, forward, any, input, y));
    return y;
  }

  private int[] plainShape() {
    return new int[] {
      spec.channels(), spec.input().axis(0), spec.window().height(), spec.window().width()
    };
  }

  private final class Live implements Plan.Step {
    private final Plan plan;
    private final List<Primitive> up = new ArrayList<>();
    private final List<Primitive> down = new ArrayList<>();
    private @Nullable ReluBackward relu;

    Live(Plan plan, Operation operation, Desc any, Value x, Value y) {
      this.plan = plan;
      Memory packed = plan.place(operation.weights()).as(operation.weights());
      up.add(dnnl.reorder(weight, packed));
      up.add(dnnl.bind(operation, src(x.memory()), weights(packed), bias(bias), dst(y.memory())));
      if (plan.training()) {
        this.relu = gain > 0 ? new ReluBackward(plan, y, gain) : null;
        Memory dy = relu == null ? y.needed().as(y.desc()) : relu.result();
        planWeightGradient(operation, any, x.memory(), dy);
        Place gradient = x.gradient();
        if (gradient != null) {
          planInputGradient(operation, any, packed, dy, gradient.as(x.desc()));
        }
      }
    }

    private void planWeightGradient(Operation forward, Desc any, Memory x, Memory dy) {
      Operation operation =
          dnnl.operations()
              .convolutionBackwardWeights(
                  few ? x.desc() : plan.any(spec.input()),
                  any,
                  bias.desc(),
                  plan.any(spec.output()),
                  spec.window(),
                  forward);
      Memory dw = plan.place(operation.diffWeights()).as(operation.diffWeights());
      down.add(
          dnnl.bind(
              operation,
              src(in(operation.src(), x)),
              diffDst(in(operation.diffDst(), dy)),
              diffWeights(dw),
              diffBias(biasGradient)));
      down.add(dnnl.reorder(dw, weightGradient));
    }

    private void planInputGradient(
        Operation forward, Desc any, Memory packed, Memory dy, Memory dx) {
      Operation operation =
          dnnl.operations()
              .convolutionBackwardData(
                  few ? dx.desc() : plan.any(spec.input()),
                  any,
                  plan.any(spec.output()),
                  spec.window(),
                  forward);
      boolean same = operation.weights().sameAs(packed.desc());
      Memory w = same ? packed : in(operation.weights(), weight);
      Memory up = in(operation.diffDst(), dy);
      Desc format = operation.diffSrc();
      boolean direct = format.sameAs(dx.desc());
      Memory result = direct ? dx : plan.place(format).as(format);
      down.add(dnnl.bind(operation, diffDst(up), weights(w), diffSrc(result)));
      if (!direct) {
        down.add(dnnl.reorder(result, dx));
      }
    }

    /** {@code memory} in this format: itself, or a copy made on the way down. */
    private Memory in(Desc format, Memory memory) {
      if (format.sameAs(memory.desc())) {
        return memory;
      }
      Memory copy = plan.place(format).as(format);
      down.add(dnnl.reorder(memory, copy));
      return copy;
    }

    @Override
    public void forward(Pass pass) {
      if (standardized != null) {
        kernels.standardizeRows(
            standardized.raw,
            standardized.gain,
            standardized.rule.ddof(),
            standardized.rule.floor(),
            standardized.weight);
      }
      Plan.run(up);
    }

    @Override
    public void backward(Pass pass) {
      if (relu != null) {
        relu.run();
      }
      Plan.run(down);
      if (standardized != null) {
        kernels.standardizeRowsBackward(
            standardized.raw,
            standardized.gain,
            standardized.rule.ddof(),
            standardized.rule.floor(),
            standardized.weightGradient,
            standardized.rawGradient,
            standardized.gainGradient);
      }
    }
  }
}
