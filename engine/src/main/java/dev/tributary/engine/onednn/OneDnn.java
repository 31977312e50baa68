package dev.tributary.engine.onednn;

import dev.tributary.engine.tensor.Window;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session with oneDNN on the CPU: makes formats, tensors and operations, and frees them all when
 * it is closed. For one thread at a time; what it computes uses as many threads as OpenMP gives the
 * calling thread.
 */
public final class OneDnn implements AutoCloseable {
  private static final int CPU = 1;
  private static final int IN_ORDER = 1;
  private static final int F32 = 3;
  private static final int FORMAT_ANY = 1;
  private static final int[] ROW_MAJOR = {0, 2, 3, 4, 5};
  private static final int TRANSPOSED = 14;

  private static final int TRAINING = 64;
  private static final int INFERENCE = 96;
  private static final int BACKWARD = 128;
  private static final int DIRECT = 1;
  private static final int RELU = 32;
  private static final int LINEAR = 38;
  private static final int RELU_FROM_OUTPUT = 256;
  private static final int ADD = 131056;
  private static final int MAX = 511;

  private static final int GIVEN_STATISTICS = 1;
  private static final int SCALE_AND_SHIFT = 2 | 4;
  private static final int WITH_RELU = 8;

  private final Arena arena = Arena.ofShared();
  private final List<Runnable> destroyers = new ArrayList<>();
  private final MemorySegment engine;
  private final MemorySegment stream;

  /** Opens a session; an error unless {@link #available}. */
  public OneDnn() {
    engine = owned("dnnl_engine_destroy", Library.create("dnnl_engine_create", CPU, 0L));
    stream = owned("dnnl_stream_destroy", Library.create("dnnl_stream_create", engine, IN_ORDER));
  }

  /** Whether the library is there for this machine. */
  public static boolean available() {
    return Library.available();
  }

  /** The library's version, for example {@code 3.11.0}. */
  @SuppressWarnings("restricted")
  public static String version() {
    MemorySegment parts =
        ((MemorySegment) Library.get("dnnl_version", ValueLayout.ADDRESS))
            .reinterpret(3L * Integer.BYTES);
    return parts.getAtIndex(ValueLayout.JAVA_INT, 0)
        + "."
        + parts.getAtIndex(ValueLayout.JAVA_INT, 1)
        + "."
        + parts.getAtIndex(ValueLayout.JAVA_INT, 2);
  }

  /** A row-major format of 1 to 4 axes. */
  public Desc plain(int... lengths) {
    return desc(ROW_MAJOR[lengths.length], lengths);
  }

  /** The format of a matrix of this shape that lies transposed: column-major. */
  public Desc transposed(int rows, int columns) {
    return desc(TRANSPOSED, rows, columns);
  }

  /** Whatever format an operation likes best. */
  public Desc any(int... lengths) {
    return desc(FORMAT_ANY, lengths);
  }

  private Desc desc(int tag, int... lengths) {
    return new Desc(
        owned(
            "dnnl_memory_desc_destroy",
            Library.create(
                "dnnl_memory_desc_create_with_tag", lengths.length, longs(lengths), F32, tag)));
  }

  /** A tensor of this format that has no place yet. */
  public Memory memory(Desc desc) {
    MemorySegment handle =
        Library.create("dnnl_memory_create", desc.handle(), engine, MemorySegment.NULL);
    return new Memory(owned("dnnl_memory_destroy", handle), desc);
  }

  /** A tensor of this format at the start of native memory. */
  public Memory memory(Desc desc, MemorySegment place) {
    Memory memory = memory(desc);
    memory.at(place);
    return memory;
  }

  /** Native memory that lives as long as the session, zeroed, on a cache line's boundary. */
  public MemorySegment allocate(long bytes) {
    return arena.allocate(Math.max(1, bytes), 64);
  }

  /** An operation bound to its tensors. */
  public Primitive bind(Operation operation, Argument... arguments) {
    MemorySegment handle =
        owned(
            "dnnl_primitive_destroy", Library.create("dnnl_primitive_create", operation.handle()));
    MemorySegment list = arena.allocate(16L * arguments.length, 8);
    for (int i = 0; i < arguments.length; i++) {
      list.set(ValueLayout.JAVA_INT, 16L * i, arguments[i].index());
      list.set(ValueLayout.ADDRESS, 16L * i + 8, arguments[i].memory().handle());
    }
    return new Primitive(handle, stream, arguments.length, list);
  }

  /** A copy from one format to another. */
  public Primitive reorder(Memory from, Memory to) {
    Operation operation =
        operation(
            "dnnl_reorder_primitive_desc_create",
            from.desc().handle(),
            engine,
            to.desc().handle(),
            engine,
            MemorySegment.NULL);
    return bind(operation, Argument.src(from), Argument.dst(to));
  }

  /**
   * A convolution with bias, and with {@code gain * max(0, .)} behind it where {@code gain} is
   * above 0.
   */
  public Operation convolution(Desc x, Desc w, Desc bias, Desc y, Window window, double gain) {
    return operation(
        "dnnl_convolution_forward_primitive_desc_create",
        engine,
        TRAINING,
        DIRECT,
        x.handle(),
        w.handle(),
        bias.handle(),
        y.handle(),
        strides(window),
        longs(0, 0),
        padding(window),
        padding(window),
        gain > 0 ? attributes(relu(gain)) : MemorySegment.NULL);
  }

  /** The gradient of a convolution's input. */
  public Operation convolutionBackwardData(
      Desc dx, Desc w, Desc dy, Window window, Operation forward) {
    return operation(
        "dnnl_convolution_backward_data_primitive_desc_create",
        engine,
        DIRECT,
        dx.handle(),
        w.handle(),
        dy.handle(),
        strides(window),
        longs(0, 0),
        padding(window),
        padding(window),
        forward.handle(),
        MemorySegment.NULL);
  }

  /** The gradients of a convolution's weights and bias. */
  public Operation convolutionBackwardWeights(
      Desc x, Desc dw, Desc dbias, Desc dy, Window window, Operation forward) {
    return operation(
        "dnnl_convolution_backward_weights_primitive_desc_create",
        engine,
        DIRECT,
        x.handle(),
        dw.handle(),
        dbias.handle(),
        dy.handle(),
        strides(window),
        longs(0, 0),
        padding(window),
        padding(window),
        forward.handle(),
        MemorySegment.NULL);
  }

  /** Batch normalisation; in training it takes and writes the batch's statistics. */
  public Operation batchNorm(Desc x, Desc y, double eps, boolean training, boolean relu) {
    return operation(
        "dnnl_batch_normalization_forward_primitive_desc_create",
        engine,
        training ? TRAINING : INFERENCE,
        x.handle(),
        y.handle(),
        (float) eps,
        flags(training, relu),
        MemorySegment.NULL);
  }

  /** The gradients of batch normalisation's input, scale and shift. */
  public Operation batchNormBackward(
      Desc x, Desc dx, Desc dy, double eps, boolean relu, Operation forward) {
    return operation(
        "dnnl_batch_normalization_backward_primitive_desc_create",
        engine,
        BACKWARD,
        dx.handle(),
        dy.handle(),
        x.handle(),
        (float) eps,
        flags(true, relu),
        forward.handle(),
        MemorySegment.NULL);
  }

  private static int flags(boolean training, boolean relu) {
    return SCALE_AND_SHIFT | (training ? 0 : GIVEN_STATISTICS) | (relu ? WITH_RELU : 0);
  }

  /** Pooling by the maximum of a window. */
  public Operation maxPool(Desc x, Desc y, Window window) {
    return operation(
        "dnnl_pooling_forward_primitive_desc_create",
        engine,
        TRAINING,
        MAX,
        x.handle(),
        y.handle(),
        strides(window),
        longs(window.height(), window.width()),
        longs(0, 0),
        padding(window),
        padding(window),
        MemorySegment.NULL);
  }

  /** The gradient of {@link #maxPool}. */
  public Operation maxPoolBackward(Desc dx, Desc dy, Window window, Operation forward) {
    return operation(
        "dnnl_pooling_backward_primitive_desc_create",
        engine,
        MAX,
        dx.handle(),
        dy.handle(),
        strides(window),
        longs(window.height(), window.width()),
        longs(0, 0),
        padding(window),
        padding(window),
        forward.handle(),
        MemorySegment.NULL);
  }

  /** {@code max(0, x)}. */
  public Operation relu(Desc x, Desc y) {
    return operation(
        "dnnl_eltwise_forward_primitive_desc_create",
        engine,
        TRAINING,
        RELU,
        x.handle(),
        y.handle(),
        0f,
        0f,
        MemorySegment.NULL);
  }

  /** The gradient of {@link #relu}, from its output: dy where y &gt; 0. */
  public Operation reluBackward(Desc dx, Desc dy, Desc y) {
    Operation forward =
        operation(
            "dnnl_eltwise_forward_primitive_desc_create",
            engine,
            TRAINING,
            RELU_FROM_OUTPUT,
            y.handle(),
            y.handle(),
            0f,
            0f,
            MemorySegment.NULL);
    return operation(
        "dnnl_eltwise_backward_primitive_desc_create",
        engine,
        RELU_FROM_OUTPUT,
        dx.handle(),
        dy.handle(),
        y.handle(),
        0f,
        0f,
        forward.handle(),
        MemorySegment.NULL);
  }

  /** {@code factor * x}. */
  public Operation scale(Desc x, double factor) {
    return operation(
        "dnnl_eltwise_forward_primitive_desc_create",
        engine,
        INFERENCE,
        LINEAR,
        x.handle(),
        x.handle(),
        (float) factor,
        0f,
        MemorySegment.NULL);
  }

  /** {@code a + b}. */
  public Operation add(Desc a, Desc b, Desc sum) {
    return operation(
        "dnnl_binary_primitive_desc_create",
        engine,
        ADD,
        a.handle(),
        b.handle(),
        sum.handle(),
        MemorySegment.NULL);
  }

  /**
   * A matrix product with a bias row, and with {@code gain * max(0, .)} behind it where {@code
   * gain} is above 0.
   */
  public Operation matmul(Desc a, Desc b, Desc bias, Desc c, double gain) {
    return matmul(a, b, bias.handle(), c, gain > 0 ? attributes(relu(gain)) : MemorySegment.NULL);
  }

  /** A matrix product. */
  public Operation matmul(Desc a, Desc b, Desc c) {
    return matmul(a, b, MemorySegment.NULL, c, MemorySegment.NULL);
  }

  /** A matrix product that is added to what is in {@code c}. */
  public Operation matmulAdd(Desc a, Desc b, Desc c) {
    MemorySegment operations = postOperations();
    Library.call("dnnl_post_ops_append_sum", operations, 1f, 0, 0);
    return matmul(a, b, MemorySegment.NULL, c, attributes(operations));
  }

  private Operation matmul(Desc a, Desc b, MemorySegment bias, Desc c, MemorySegment attributes) {
    return operation(
        "dnnl_matmul_primitive_desc_create",
        engine,
        a.handle(),
        b.handle(),
        bias,
        c.handle(),
        attributes);
  }

  private MemorySegment relu(double gain) {
    MemorySegment operations = postOperations();
    Library.call("dnnl_post_ops_append_eltwise", operations, RELU, 0f, 0f);
    if (gain != 1) {
      Library.call("dnnl_post_ops_append_eltwise", operations, LINEAR, (float) gain, 0f);
    }
    return operations;
  }

  private MemorySegment postOperations() {
    return owned("dnnl_post_ops_destroy", Library.create("dnnl_post_ops_create"));
  }

  private MemorySegment attributes(MemorySegment postOperations) {
    MemorySegment attributes =
        owned("dnnl_primitive_attr_destroy", Library.create("dnnl_primitive_attr_create"));
    Library.call("dnnl_primitive_attr_set_post_ops", attributes, postOperations);
    return attributes;
  }

  private Operation operation(String function, Object... arguments) {
    Optional<MemorySegment> handle = Library.tryCreate(function, arguments);
    return new Operation(
        owned(
            "dnnl_primitive_desc_destroy",
            handle.orElseThrow(() -> new OneDnnException(function, 3))));
  }

  private MemorySegment strides(Window window) {
    return longs(window.strideHeight(), window.strideWidth());
  }

  private MemorySegment padding(Window window) {
    return longs(window.padHeight(), window.padWidth());
  }

  private MemorySegment longs(int... values) {
    MemorySegment list = arena.allocate((long) Long.BYTES * 12, 8);
    for (int i = 0; i < values.length; i++) {
      list.setAtIndex(ValueLayout.JAVA_LONG, i, values[i]);
    }
    return list;
  }

  private MemorySegment owned(String destroy, MemorySegment handle) {
    destroyers.add(() -> Library.call(destroy, handle));
    return handle;
  }

  @Override
  public void close() {
    destroyers.reversed().forEach(Runnable::run);
    destroyers.clear();
    arena.close();
  }
}
