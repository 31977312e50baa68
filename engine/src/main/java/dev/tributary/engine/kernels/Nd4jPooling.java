package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Pooling by ND4J's operations. */
final class Nd4jPooling {
  private static final int EXPLICIT_PADDING = 0;
  private static final int COUNT_PADDING = 1;
  private static final int CHANNELS_FIRST = 0;

  private Nd4jPooling() {}

  static void forward(String operation, Tensor x, Window window, Tensor y) {
    Nd4j.exec(
        DynamicCustomOp.builder(operation)
            .addInputs(x.array())
            .addOutputs(y.array())
            .addIntegerArguments(arguments(window))
            .build());
  }

  static void backward(String operation, INDArray x, Tensor dy, Window window, Tensor dx) {
    Nd4j.exec(
        DynamicCustomOp.builder(operation)
            .addInputs(x, dy.array())
            .addOutputs(dx.array())
            .addIntegerArguments(arguments(window))
            .build());
  }

  static void adaptive(Tensor x, Tensor y) {
    Shape grid = y.shape();
    for (int i = 0; i < grid.axis(2); i++) {
      for (int j = 0; j < grid.axis(3); j++) {
        INDArray means = cell(x.array(), x.shape(), grid, i, j).mean(2, 3);
        y.array().get(point(i, j)).assign(means);
      }
    }
  }

  static void adaptiveBackward(Tensor dy, Tensor dx) {
    Shape grid = dy.shape();
    dx.array().assign(0);
    for (int i = 0; i < grid.axis(2); i++) {
      for (int j = 0; j < grid.axis(3); j++) {
        INDArray cell = cell(dx.array(), dx.shape(), grid, i, j);
        INDArray up = dy.array().get(point(i, j)).dup();
        INDArray share = up.reshape(grid.axis(0), grid.axis(1), 1, 1);
        cell.addi(share.div(cell.size(2) * cell.size(3)));
      }
    }
  }

  private static INDArray cell(INDArray image, Shape shape, Shape grid, int i, int j) {
    int height = shape.axis(2);
    int width = shape.axis(3);
    return image.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(
            CpuPooling.cellStart(i, height, grid.axis(2)),
            CpuPooling.cellEnd(i, height, grid.axis(2))),
        NDArrayIndex.interval(
            CpuPooling.cellStart(j, width, grid.axis(3)),
            CpuPooling.cellEnd(j, width, grid.axis(3))));
  }

  private static INDArrayIndex[] point(int i, int j) {
    return new INDArrayIndex[] {
      NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(i), NDArrayIndex.point(j)
    };
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
      COUNT_PADDING,
      CHANNELS_FIRST
    };
  }
}
