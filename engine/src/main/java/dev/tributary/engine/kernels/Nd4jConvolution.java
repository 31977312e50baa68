package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Convolutions by ND4J's own operations, which call oneDNN for float32 where it is built in. */
final class Nd4jConvolution {
  private static final int EXPLICIT_PADDING = 0;
  private static final int CHANNELS_FIRST = 0;
  private static final int WEIGHTS_OUT_IN = 1;

  private Nd4jConvolution() {}

  static void forward(Tensor x, Tensor w, @Nullable Tensor bias, Window window, Tensor y) {
    DynamicCustomOp.DynamicCustomOpsBuilder op = DynamicCustomOp.builder("conv2d");
    op.addInputs(inputs(x, w, bias));
    op.addOutputs(y.array());
    op.addIntegerArguments(arguments(window));
    Nd4j.exec(op.build());
  }

  static void backward(
      Tensor x,
      Tensor w,
      Tensor dy,
      Window window,
      @Nullable Tensor dx,
      Tensor dw,
      @Nullable Tensor dbias) {
    // The operation always computes the gradient of its input.
    INDArray down = dx == null ? x.array().ulike() : dx.array();
    DynamicCustomOp.DynamicCustomOpsBuilder op = DynamicCustomOp.builder("conv2d_bp");
    if (dbias == null) {
      op.addInputs(x.array(), w.array(), dy.array());
      op.addOutputs(down, dw.array());
    } else {
      op.addInputs(x.array(), w.array(), dbias.array(), dy.array());
      op.addOutputs(down, dw.array(), dbias.array());
    }
    op.addIntegerArguments(arguments(window));
    Nd4j.exec(op.build());
    if (dx == null) {
      down.close();
    }
  }

  private static INDArray[] inputs(Tensor x, Tensor w, @Nullable Tensor bias) {
    return bias == null
        ? new INDArray[] {x.array(), w.array()}
        : new INDArray[] {x.array(), w.array(), bias.array()};
  }

  private static int[] arguments(Window window) {
    return new int[] {
      window.height(),
      window.width(),
      window.strideHeight(),
      window.strideWidth(),
      window.padHeight(),
      window.padWidth(),
      1,
      1,
      EXPLICIT_PADDING,
      CHANNELS_FIRST,
      WEIGHTS_OUT_IN
    };
  }
}
