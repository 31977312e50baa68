package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Normalisations by the mean absolute deviation, by ND4J's operations.
 *
 * <p>A tensor is seen as [n, channels, positions] for a batch, and as [n * groups, elements of a
 * group] for groups; what is said of "rows" below has one statistic a row.
 */
final class Nd4jL1Norm {
  private Nd4jL1Norm() {}

  static void batch(
      Tensor x,
      Tensor scale,
      Tensor shift,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor y) {
    INDArray in = Nd4jNorm.planes(x);
    mean.array().assign(in.mean(0, 2));
    INDArray c = in.sub(Nd4jNorm.channels(mean));
    spread.array().assign(Transforms.abs(c, true).mean(0, 2).muli(kappa));
    INDArray factor = scale.array().div(spread.array().add(eps)).reshape(1, scale.size(), 1);
    Nd4jNorm.planes(y).assign(c.muli(factor).addi(Nd4jNorm.channels(shift)));
  }

  static void batchBackward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    INDArray up = Nd4jNorm.planes(dy);
    INDArray c = Nd4jNorm.planes(x).sub(Nd4jNorm.channels(mean));
    INDArray signs = Transforms.sign(c, true);
    INDArray inverse = spread.array().add(eps).rdivi(1).reshape(1, scale.size(), 1);
    INDArray products = up.mul(c).muli(inverse);
    INDArray level = up.mean(0, 2).reshape(inverse.shape());
    INDArray pull = products.mean(0, 2).muli(kappa).reshape(inverse.shape());
    INDArray balance = signs.sub(signs.mean(0, 2).reshape(inverse.shape()));
    dscale.array().assign(products.sum(0, 2));
    dshift.array().assign(up.sum(0, 2));
    INDArray down = up.sub(level).subi(balance.muli(pull));
    Nd4jNorm.planes(dx).assign(down.muli(inverse.mul(Nd4jNorm.channels(scale))));
  }

  static void group(
      Tensor x, int groups, Tensor scale, Tensor shift, double kappa, double eps, Tensor y) {
    INDArray c = centred(x, groups);
    INDArray normal = c.mul(inverse(c, kappa, eps)).reshape(Nd4jNorm.planes(x).shape());
    Nd4jNorm.planes(y).assign(normal.muli(Nd4jNorm.channels(scale)).addi(Nd4jNorm.channels(shift)));
  }

  static void groupBackward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double kappa,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    INDArray up = Nd4jNorm.planes(dy);
    INDArray c = centred(x, groups);
    INDArray inverse = inverse(c, kappa, eps);
    INDArray normal = c.mul(inverse);
    INDArray signs = Transforms.sign(c, true);
    long rows = c.size(0);
    dscale.array().assign(up.mul(normal.reshape(up.shape())).sum(0, 2));
    dshift.array().assign(up.sum(0, 2));
    INDArray d = up.mul(Nd4jNorm.channels(scale)).reshape(c.shape());
    INDArray pull = d.mul(normal).mean(1).muli(kappa).reshape(rows, 1);
    INDArray balance = signs.sub(signs.mean(1).reshape(rows, 1));
    INDArray down = d.sub(d.mean(1).reshape(rows, 1)).subi(balance.muli(pull)).muli(inverse);
    Nd4jNorm.planes(dx).assign(down.reshape(up.shape()));
  }

  /** Each group of each sample as a row, less its mean. */
  private static INDArray centred(Tensor x, int groups) {
    long rows = x.shape().axis(0) * (long) groups;
    INDArray in = x.array().reshape(rows, x.size() / rows);
    return in.sub(in.mean(1).reshape(rows, 1));
  }

  private static INDArray inverse(INDArray centred, double kappa, double eps) {
    INDArray spread = Transforms.abs(centred, true).mean(1).muli(kappa).addi(eps);
    return spread.rdivi(1).reshape(centred.size(0), 1);
  }
}
