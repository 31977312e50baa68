package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.tensor.HostMemory;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A live chain of layers with its parameters, gradients and activations. To be used by one thread,
 * always the same; closing it frees its memory.
 */
public final class Network implements AutoCloseable {
  private final ParameterLayout layout;
  private final Workspace workspace;
  private final Layer layers;
  private final BatchTensor input;
  private final Tensor weights;
  private final List<Workspace.Slice> moved;

  /**
   * Builds the layers.
   *
   * @param specs the chain, at least one layer
   * @param engine what computes
   * @param batch the largest batch, &ge; 1
   * @param inputGradient whether {@link #backward} must give the gradient of the input
   */
  public Network(List<LayerSpec> specs, Engine engine, int batch, boolean inputGradient) {
    Sequential.requireChain(specs);
    this.layout = layout(specs);
    this.workspace = new Workspace(engine, layout, batch, inputGradient);
    this.layers =
        engine.oneDnn() ? new Compiled(specs, workspace) : new Sequential(specs, workspace);
    this.input = workspace.batch(specs.getFirst().input());
    this.moved = workspace.rest();
    this.weights = workspace.parameters().view(0, Shape.of(Math.max(1, layout.trainableSize())));
  }

  /** The parameters of a chain of layers, in its order. */
  public static ParameterLayout layout(List<LayerSpec> specs) {
    ParameterLayout.Builder builder = ParameterLayout.builder();
    specs.forEach(s -> s.declare(builder));
    return builder.build();
  }

  /** The parameters' order. */
  public ParameterLayout layout() {
    return layout;
  }

  /** All parameters, flat and live. */
  public Tensor parameters() {
    return workspace.parameters();
  }

  /** The trainable prefix of the parameters, flat and live. */
  public Tensor weights() {
    return weights;
  }

  /** The gradient of {@link #weights}, flat and live. */
  public Tensor gradient() {
    return workspace.gradient();
  }

  /** Where a batch of {@code n} samples is put before {@link #forward}. */
  public Tensor input(int n) {
    return input.rows(n);
  }

  /** The network's memory as it is now. */
  public NetworkMemory memory() {
    return workspace.memory();
  }

  /** Sets all parameters. */
  public void load(ParameterVector vector) {
    vector.require(layout);
    if (plain()) {
      vector.write(parameters().memory());
    } else {
      parameters().copyIn(vector.toArray(), vector.size());
    }
  }

  /** A copy of all parameters. */
  public ParameterVector save() {
    return plain()
        ? ParameterVector.read(layout, parameters().memory())
        : ParameterVector.of(layout, Arrays.copyOf(parameters().toFloats(), layout.size()));
  }

  /** Whether the parameters are float32 where Java can copy their bytes. */
  private boolean plain() {
    return HostMemory.reachable() && !parameters().isDouble();
  }

  /** The outputs for a batch; see {@link Layer#forward}. */
  public Tensor forward(Tensor x, Pass pass) {
    return layers.forward(x, pass);
  }

  /**
   * Writes {@link #gradient}; see {@link Layer#backward}.
   *
   * @param pass one that does not descend: that is {@link #descend}
   */
  public Tensor backward(Tensor dy, Pass pass) {
    if (pass.descends()) {
      throw new IllegalArgumentException("a pass that descends has no whole gradient");
    }
    return layers.backward(dy, pass);
  }

  /**
   * A backward pass and one step of plain gradient descent, {@code w -= rate * gradient}. The
   * gradient has no meaning afterwards: large layers take their step without writing it.
   *
   * @param pass the training pass of the last forward, at a step begun with this rate
   */
  public void descend(Tensor dy, Pass pass) {
    layers.backward(dy, pass);
    for (int i = 0; i < moved.size(); i++) {
      Workspace.Slice slice = moved.get(i);
      workspace.kernels().sgd(slice.weights(), slice.gradient(), null, pass.rate(), 0, false, 0);
    }
  }

  @Override
  public void close() {
    workspace.close();
  }
}
