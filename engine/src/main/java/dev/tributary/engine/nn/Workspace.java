package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The memory of one live network: a flat vector of parameters, a flat vector of gradients over its
 * trainable prefix, and whatever the layers ask for. Closing it frees all.
 */
public final class Workspace implements AutoCloseable {
  private final Kernels kernels;
  private final DataType type;
  private final ParameterLayout layout;
  private final int batch;
  private final Tensor parameters;
  private final Tensor gradient;
  private final List<Tensor> owned = new ArrayList<>();
  private boolean inputGradient;

  /**
   * Allocates the two vectors.
   *
   * @param kernels what computes
   * @param type FLOAT or DOUBLE
   * @param layout the model's parameters
   * @param batch the largest batch, &ge; 1
   * @param inputGradient whether the gradient of the network's input is wanted
   */
  public Workspace(
      Kernels kernels, DataType type, ParameterLayout layout, int batch, boolean inputGradient) {
    if (batch < 1) {
      throw new IllegalArgumentException("a workspace's batch must be >= 1, got " + batch);
    }
    this.kernels = kernels;
    this.type = type;
    this.layout = layout;
    this.batch = batch;
    this.inputGradient = inputGradient;
    this.parameters = tensor(Shape.of(Math.max(1, layout.size())));
    this.gradient = tensor(Shape.of(Math.max(1, layout.trainableSize())));
  }

  /** What computes. */
  public Kernels kernels() {
    return kernels;
  }

  /** Whether the next layer to be built must give the gradient of its input. */
  public boolean inputGradient() {
    return inputGradient;
  }

  /** From here on layers must give the gradient of their input: parameters lie below. */
  void requireInputGradient() {
    inputGradient = true;
  }

  /** All parameters, flat. */
  public Tensor parameters() {
    return parameters;
  }

  /** The gradient of the trainable prefix, flat. */
  public Tensor gradient() {
    return gradient;
  }

  /** A view of one parameter. */
  public Tensor parameter(String name) {
    ParameterSpec spec = layout.spec(name);
    return parameters.view(spec.offset(), spec.shape());
  }

  /** A view of the gradient of one trainable parameter. */
  public Tensor gradient(String name) {
    ParameterSpec spec = layout.spec(name);
    return gradient.view(spec.offset(), spec.shape());
  }

  /** New memory of this shape. */
  public Tensor tensor(Shape shape) {
    Tensor tensor = Tensor.zeros(shape, type);
    owned.add(tensor);
    return tensor;
  }

  /** New memory for the largest batch of samples of this shape. */
  public BatchTensor batch(Shape sample) {
    return new BatchTensor(tensor(sample.prepend(batch)));
  }

  /** The bytes of all memory handed out. */
  public long bytes() {
    long width = type == DataType.DOUBLE ? Double.BYTES : Float.BYTES;
    return owned.stream().mapToLong(t -> t.size() * width).sum();
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
  }
}
