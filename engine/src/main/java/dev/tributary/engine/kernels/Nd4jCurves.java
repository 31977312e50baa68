package dev.tributary.engine.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The activations and their slopes by ND4J's operations. */
final class Nd4jCurves {
  private Nd4jCurves() {}

  static INDArray value(ActivationKind kind, INDArray x) {
    return switch (kind) {
      case IDENTITY -> x.dup();
      // Not x times 0 or 1: of an infinity that is a NaN.
      case RELU -> Transforms.max(x, 0);
      case LEAKY_RELU -> x.mul(slope(kind, x));
      case ELU -> {
        INDArray below = Transforms.exp(Transforms.min(x, 0)).subi(1);
        yield Transforms.max(x, 0).addi(below);
      }
      case GELU -> x.mul(normal(x));
      case SILU -> x.mul(Transforms.sigmoid(x, true));
      case TANH -> Transforms.tanh(x, true);
      case SIGMOID -> Transforms.sigmoid(x, true);
    };
  }

  static INDArray slope(ActivationKind kind, INDArray x) {
    return switch (kind) {
      case IDENTITY -> x.mul(0).addi(1);
      case RELU -> positive(x);
      case LEAKY_RELU -> positive(x).muli(1 - ActivationKind.LEAK).addi(ActivationKind.LEAK);
      // exp of the negative part, which is 1 above zero.
      case ELU -> Transforms.exp(Transforms.min(x, 0));
      case GELU -> {
        INDArray density = Transforms.exp(x.mul(x).muli(-0.5)).muli(1 / Math.sqrt(2 * Math.PI));
        yield normal(x).addi(x.mul(density));
      }
      case SILU -> {
        INDArray s = Transforms.sigmoid(x, true);
        yield s.mul(x.mul(s.rsub(1)).addi(1));
      }
      case TANH -> {
        INDArray t = Transforms.tanh(x, true);
        yield t.mul(t).rsubi(1);
      }
      case SIGMOID -> {
        INDArray s = Transforms.sigmoid(x, true);
        yield s.mul(s.rsub(1));
      }
    };
  }

  private static INDArray positive(INDArray x) {
    return x.gt(0).castTo(x.dataType());
  }

  /** The standard normal distribution function. */
  private static INDArray normal(INDArray x) {
    return Nd4j.math().erf(x.mul(Math.sqrt(0.5))).addi(1).muli(0.5);
  }
}
