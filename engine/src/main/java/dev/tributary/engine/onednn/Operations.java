package dev.tributary.engine.onednn;

import dev.tributary.engine.tensor.Window;
import java.lang.foreign.MemorySegment;

/**
 * What oneDNN can compute for us. A format that is {@link OneDnn#any} is the implementation's to
 * choose; the operation tells which it took.
 */
public final class Operations {
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

  private final OneDnn dnnl;

  Operations(OneDnn dnnl) {
    this.dnnl = dnnl;
  }

  /**
   * A convolution with bias, and with {@code gain * max(0, .)} behind it where {@code gain} is
   * above 0.
   */
  public Operation convolution(Desc x, Desc w, Desc bias, Desc y, Window window, double gain) {
    return dnnl.operation(
        "dnnl_convolution_forward_primitive_desc_create",
        dnnl.engine(),
        TRAINING,
        DIRECT,
        x.handle(),
        w.handle(),
        bias.handle(),
        y.handle(),
        strides(window),
        dnnl.longs(0, 0),
        padding(window),
        padding(window),
        gain > 0 ? attributes(relu(gain)) : MemorySegment.NULL);
  }

  /** The gradient of a convolution's input. */
  public Operation convolutionBackwardData(
      Desc dx, Desc w, Desc dy, Window window, Operation forward) {
    return dnnl.operation(
        "dnnl_convolution_backward_data_primitive_desc_create",
        dnnl.engine(),
        DIRECT,
        dx.handle(),
        w.handle(),
        dy.handle(),
        strides(window),
        dnnl.longs(0, 0),
        padding(window),
        padding(window),
        forward.handle(),
        MemorySegment.NULL);
  }

  /** The gradients of a convolution's weights and bias. */
  public Operation convolutionBackwardWeights(
      Desc x, Desc dw, Desc dbias, Desc dy, Window window, Operation forward) {
    return dnnl.operation(
        "dnnl_convolution_backward_weights_primitive_desc_create",
        dnnl.engine(),
        DIRECT,
        x.handle(),
        dw.handle(),
        dbias.handle(),
        dy.handle(),
        strides(window),
        dnnl.longs(0, 0),
        padding(window),
        padding(window),
        forward.handle(),
        MemorySegment.NULL);
  }

  /** Batch normalisation; in training it takes and writes the batch's statistics. */
  public Operation batchNorm(Desc x, Desc y, double eps, boolean training, boolean relu) {
    return dnnl.operation(
        "dnnl_batch_normalization_forward_primitive_desc_create",
        dnnl.engine(),
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
    return dnnl.operation(
        "dnnl_batch_normalization_backward_primitive_desc_create",
        dnnl.engine(),
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

  /** Pooling by the maximum of a window; in training it leaves where the maxima were. */
  public Operation maxPool(Desc x, Desc y, Window window, boolean training) {
    return dnnl.operation(
        "dnnl_pooling_forward_primitive_desc_create",
        dnnl.engine(),
        training ? TRAINING : INFERENCE,
        MAX,
        x.handle(),
        y.handle(),
        strides(window),
        dnnl.longs(window.height(), window.width()),
        dnnl.longs(0, 0),
        padding(window),
        padding(window),
        MemorySegment.NULL);
  }

  /** The gradient of {@link #maxPool}. */
  public Operation maxPoolBackward(Desc dx, Desc dy, Window window, Operation forward) {
    return dnnl.operation(
        "dnnl_pooling_backward_primitive_desc_create",
        dnnl.engine(),
        MAX,
        dx.handle(),
        dy.handle(),
        strides(window),
        dnnl.longs(window.height(), window.width()),
        dnnl.longs(0, 0),
        padding(window),
        padding(window),
        forward.handle(),
        MemorySegment.NULL);
  }

  /** {@code max(0, x)}. */
  public Operation relu(Desc x, Desc y) {
    return dnnl.operation(
        "dnnl_eltwise_forward_primitive_desc_create",
        dnnl.engine(),
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
        dnnl.operation(
            "dnnl_eltwise_forward_primitive_desc_create",
            dnnl.engine(),
            TRAINING,
            RELU_FROM_OUTPUT,
            y.handle(),
            y.handle(),
            0f,
            0f,
            MemorySegment.NULL);
    return dnnl.operation(
        "dnnl_eltwise_backward_primitive_desc_create",
        dnnl.engine(),
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
    return dnnl.operation(
        "dnnl_eltwise_forward_primitive_desc_create",
        dnnl.engine(),
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
    return dnnl.operation(
        "dnnl_binary_primitive_desc_create",
        dnnl.engine(),
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
    return dnnl.operation(
        "dnnl_matmul_primitive_desc_create",
        dnnl.engine(),
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
    return dnnl.owned("dnnl_post_ops_destroy", Library.create("dnnl_post_ops_create"));
  }

  private MemorySegment attributes(MemorySegment postOperations) {
    MemorySegment attributes =
        dnnl.owned("dnnl_primitive_attr_destroy", Library.create("dnnl_primitive_attr_create"));
    Library.call("dnnl_primitive_attr_set_post_ops", attributes, postOperations);
    return attributes;
  }

  private MemorySegment strides(Window window) {
    return dnnl.longs(window.strideHeight(), window.strideWidth());
  }

  private MemorySegment padding(Window window) {
    return dnnl.longs(window.padHeight(), window.padWidth());
  }
}
