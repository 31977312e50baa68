package dev.tributary.engine.nn;

import dev.tributary.engine.integer.IntegerGemm;
import dev.tributary.engine.integer.QuantizedMatrix;
import dev.tributary.engine.integer.Tiers;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The memory of one live network: a flat vector of parameters, a flat vector of gradients over its
 * trainable prefix, and whatever the layers ask for. Closing it frees all.
 */
public final class Workspace implements AutoCloseable {
  /**
   * Codes that a layer needs within its own part of a pass only, each at the same time as others.
   */
  enum Passing {
    GRADIENT,
    TURNED_WEIGHT
  }

  /** A piece of the trainable parameters with its gradient. */
  record Slice(Tensor weights, Tensor gradient) {}

  /** Floats of a cache line. */
  private static final int LINE = 16;

  private final Kernels kernels;
  private final DataType type;
  private final ParameterLayout layout;
  private final int batch;
  private final Tensor parameters;
  private final Tensor gradient;
  private final String integerTier;
  private final List<Tensor> owned = new ArrayList<>();
  private final List<QuantizedMatrix> codes = new ArrayList<>();
  private final Map<Passing, QuantizedMatrix> lenders = new EnumMap<>(Passing.class);
  private final Set<String> selfMoving = new HashSet<>();
  private boolean inputGradient;
  private boolean closed;
  private @Nullable OneDnn oneDnn;
  private @Nullable IntegerGemm integers;
  private @Nullable Tensor sharedRoot;
  private @Nullable Tensor shared;

  /**
   * Allocates the two vectors.
   *
   * @param engine what computes
   * @param layout the model's parameters
   * @param batch the largest batch, &ge; 1
   * @param inputGradient whether the gradient of the network's input is wanted
   */
  public Workspace(Engine engine, ParameterLayout layout, int batch, boolean inputGradient) {
    if (batch < 1) {
      throw new IllegalArgumentException("a workspace's batch must be >= 1, got " + batch);
    }
    this.kernels = engine.kernels();
    this.type = engine.type();
    this.integerTier = engine.integer();
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

  /** The largest batch. */
  int batch() {
    return batch;
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

  /** A new place for codes. */
  QuantizedMatrix codes(String name) {
    QuantizedMatrix matrix = new QuantizedMatrix(name);
    codes.add(matrix);
    return matrix;
  }

  /** A new place for codes that nobody looks at once another layer has made its own. */
  QuantizedMatrix passingCodes(String name, Passing kind) {
    QuantizedMatrix lender =
        lenders.computeIfAbsent(kind, k -> codes(k.name().toLowerCase(Locale.ROOT)));
    QuantizedMatrix matrix = new QuantizedMatrix(name, lender);
    codes.add(matrix);
    return matrix;
  }

  /** Says that a layer moves this parameter itself in a pass that descends. */
  void movesItself(String name) {
    selfMoving.add(name);
  }

  /** The trainable parameters that no layer moves itself, in as few pieces as there can be. */
  List<Slice> rest() {
    List<Slice> slices = new ArrayList<>();
    int from = 0;
    for (ParameterSpec spec : layout.specs()) {
      if (selfMoving.contains(spec.name())) {
        add(slices, from, spec.offset());
        from = spec.end();
      }
    }
    add(slices, from, layout.trainableSize());
    return slices;
  }

  private void add(List<Slice> slices, int from, int end) {
    if (end > from) {
      Shape shape = Shape.of(end - from);
      slices.add(new Slice(parameters.view(from, shape), gradient.view(from, shape)));
    }
  }

  /** What multiplies integers, made when first asked for. */
  IntegerGemm integers() {
    if (integers == null) {
      integers = Tiers.create(integerTier, kernels);
    }
    return integers;
  }

  /** The session with oneDNN, opened when first asked for. */
  OneDnn oneDnn() {
    if (oneDnn == null) {
      oneDnn = new OneDnn();
    }
    return oneDnn;
  }

  /**
   * Makes the memory that plans share at least this large; what was in it is lost if it moves.
   *
   * @return whether it has moved
   * @throws IllegalArgumentException if that is more than one tensor can hold
   */
  boolean share(long bytes) {
    long most = (long) Float.BYTES * (Integer.MAX_VALUE - LINE);
    if (bytes > most) {
      throw new IllegalArgumentException(
          "a batch's activations and gradients take %,d MB and one block of memory holds %,d MB; use"
                  .formatted(bytes >> 20, most >> 20)
              + " a smaller batch-size or a narrower model");
    }
    int floats = Math.toIntExact(Math.ceilDiv(bytes, Float.BYTES));
    if (shared != null && floats <= shared.size()) {
      return false;
    }
    Tensor larger = Tensor.zeros(Shape.of(floats + LINE));
    if (sharedRoot != null) {
      sharedRoot.close();
    }
    sharedRoot = larger;
    // A cache line's boundary, wherever ND4J begins.
    int skipped = (int) (-larger.memory().address() / Float.BYTES & (LINE - 1));
    shared = larger.view(skipped, Shape.of(floats));
    return true;
  }

  /** The memory that plans share, float32, once there is any. */
  Tensor shared() {
    return Objects.requireNonNull(shared, "no plan has asked for memory");
  }

  /** The bytes of all memory handed out, as it is now. */
  NetworkMemory memory() {
    long width = type == DataType.DOUBLE ? Double.BYTES : Float.BYTES;
    long both = (long) parameters.size() + gradient.size();
    long tensors = owned.stream().mapToLong(Tensor::size).sum() - both;
    return new NetworkMemory(
        parameters.size() * width,
        gradient.size() * width,
        tensors * width + (sharedRoot == null ? 0 : (long) Float.BYTES * sharedRoot.size()),
        codes.stream().mapToLong(QuantizedMatrix::bytes).sum(),
        integers == null ? 0 : integers.bytes());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (oneDnn != null) {
      oneDnn.close();
    }
    if (sharedRoot != null) {
      sharedRoot.close();
    }
    owned.forEach(Tensor::close);
  }
}
