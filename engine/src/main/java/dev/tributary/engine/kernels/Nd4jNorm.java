package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Normalisations by ND4J's operations. */
final class Nd4jNorm {
  private Nd4jNorm() {}

  static void batchStatistics(Tensor x, Tensor mean, Tensor var) {
    INDArray in = planes(x);
    mean.array().assign(in.mean(0, 2));
    INDArray d = in.sub(channels(mean));
    var.array().assign(d.mul(d).mean(0, 2));
  }

  static void batch(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    INDArray normal = planes(x).sub(channels(mean)).muli(inverse(channels(var), eps));
    planes(y).assign(normal.muli(channels(scale)).addi(channels(shift)));
  }

  static void batchBackward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      BatchShare share,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    INDArray up = planes(dy);
    INDArray inverse = inverse(channels(var), eps);
    INDArray normal = planes(x).sub(channels(mean)).muli(inverse);
    long channels = up.size(1);
    INDArray level = up.mean(0, 2).reshape(1, channels, 1).muli(share.meanByMean());
    INDArray slope = up.mul(normal).mean(0, 2).reshape(1, channels, 1);
    if (share.varByMean() != null) {
      level.addi(slope.mul(inverse).muli(channels(share.varByMean())).muli(0.5));
    }
    slope.muli(share.varByVar());
    dscale.array().assign(up.mul(normal).sum(0, 2));
    dshift.array().assign(up.sum(0, 2));
    INDArray spread = planes(x).sub(channels(share.batchMean())).muli(inverse);
    INDArray down = up.sub(level).subi(spread.muli(slope)).muli(inverse.mul(channels(scale)));
    planes(dx).assign(down);
  }

  static void weightedStatistics(
      Tensor x, double[] weights, Tensor mean, Tensor var, double[] first, double[] second) {
    INDArray in = planes(x);
    INDArray column = weights(x, weights).reshape(in.size(0), 1);
    mean.array().assign(in.mean(2).mul(column).sum(0));
    INDArray d = in.sub(channels(mean));
    INDArray squares = d.mul(d).mean(2);
    var.array().assign(squares.mul(column).sum(0));
    copy(d.mean(2), first);
    copy(squares, second);
  }

  static void weightedBackward(
      Tensor x,
      Tensor dy,
      double[] weights,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      Tensor dmean,
      Tensor dvar,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    INDArray up = planes(dy);
    INDArray d = planes(x).sub(channels(mean));
    INDArray inverse = inverse(var.array(), eps);
    INDArray factor = inverse.mul(scale.array());
    INDArray share = weights(x, weights);
    double rest = 1 - share.sumNumber().doubleValue();
    INDArray total = up.sum(0, 2);
    INDArray moment = up.mul(d).sum(0, 2).muli(inverse);
    dvar.array().subi(moment.mul(factor).muli(inverse).muli(0.5));
    dmean.array().subi(factor.mul(total)).subi(mean.array().mul(dvar.array()).muli(2 * rest));
    dscale.array().assign(moment);
    dshift.array().assign(total);
    INDArray pull = d.mul(channels(dvar)).muli(2).addi(channels(dmean));
    pull.muli(share.reshape(up.size(0), 1, 1)).divi(up.size(2));
    planes(dx).assign(up.mul(factor.reshape(1, up.size(1), 1)).addi(pull));
  }

  /** The weights of the samples of {@code x}, in its type. */
  private static INDArray weights(Tensor x, double[] weights) {
    double[] used = Arrays.copyOf(weights, x.shape().axis(0));
    return Nd4j.createFromArray(used).castTo(x.array().dataType());
  }

  private static void copy(INDArray from, double[] into) {
    double[] values = from.dup('c').data().asDouble();
    System.arraycopy(values, 0, into, 0, values.length);
  }

  static void group(Tensor x, int groups, Tensor scale, Tensor shift, double eps, Tensor y) {
    INDArray normal = groupNormal(x, groups, eps);
    planes(y).assign(normal.mul(channels(scale)).addi(channels(shift)));
  }

  static void groupBackward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    INDArray up = planes(dy);
    INDArray normal = groupNormal(x, groups, eps);
    dscale.array().assign(up.mul(normal).sum(0, 2));
    dshift.array().assign(up.sum(0, 2));
    long rows = x.shape().axis(0) * (long) groups;
    long length = x.size() / rows;
    INDArray hat = up.mul(channels(scale)).reshape(rows, length);
    INDArray flat = normal.reshape(rows, length);
    INDArray level = hat.mean(1).reshape(rows, 1);
    INDArray slope = hat.mul(flat).mean(1).reshape(rows, 1);
    INDArray down = hat.sub(level).subi(flat.mul(slope)).muli(groupInverse(x, groups, eps));
    planes(dx).assign(down.reshape(up.shape()));
  }

  static void standardizeRows(Tensor w, Tensor gain, int ddof, double floor, Tensor out) {
    INDArray c = centred(w);
    INDArray root = root(c, ddof, floor);
    rows(out).assign(c.mul(gain.array().reshape(gain.size(), 1)).divi(root));
  }

  static void standardizeRowsBackward(
      Tensor w, Tensor gain, int ddof, double floor, Tensor dout, Tensor dw, Tensor dgain) {
    INDArray c = centred(w);
    INDArray up = rows(dout);
    INDArray squares = squares(c);
    INDArray root = root(c, ddof, floor);
    INDArray dot = up.mul(c).sum(1).reshape(c.size(0), 1);
    double factor = spreadFactor(c, ddof);
    INDArray above = squares.mul(factor).gt(floor).castTo(c.dataType());
    // Where the floor holds the row may be constant: keep the division finite.
    INDArray projection = dot.mul(above).div(squares.add(above.rsub(1)));
    INDArray d = up.sub(c.mul(projection)).muli(gain.array().reshape(gain.size(), 1)).divi(root);
    rows(dw).assign(d.sub(d.mean(1).reshape(d.size(0), 1)));
    dgain.array().assign(dot.div(root).reshape(gain.size()));
  }

  private static INDArray centred(Tensor w) {
    INDArray rows = rows(w);
    return rows.sub(rows.mean(1).reshape(rows.size(0), 1));
  }

  private static INDArray squares(INDArray centred) {
    return centred.mul(centred).sum(1).reshape(centred.size(0), 1);
  }

  private static INDArray root(INDArray centred, int ddof, double floor) {
    INDArray spread = squares(centred).muli(spreadFactor(centred, ddof));
    return Transforms.sqrt(Transforms.max(spread, floor));
  }

  private static double spreadFactor(INDArray centred, int ddof) {
    return CpuWeightStandardization.spread(1, (int) centred.size(1), ddof);
  }

  private static INDArray groupNormal(Tensor x, int groups, double eps) {
    long rows = x.shape().axis(0) * (long) groups;
    INDArray in = x.array().reshape(rows, x.size() / rows);
    INDArray normal = in.sub(in.mean(1).reshape(rows, 1)).muli(groupInverse(x, groups, eps));
    return normal.reshape(planes(x).shape());
  }

  private static INDArray groupInverse(Tensor x, int groups, double eps) {
    long rows = x.shape().axis(0) * (long) groups;
    INDArray in = x.array().reshape(rows, x.size() / rows);
    INDArray d = in.sub(in.mean(1).reshape(rows, 1));
    return inverse(d.mul(d).mean(1).reshape(rows, 1), eps);
  }

  private static INDArray inverse(INDArray var, double eps) {
    return Transforms.sqrt(var.add(eps), false).rdivi(1);
  }

  /** [n, channels, positions]. */
  static INDArray planes(Tensor x) {
    int n = x.shape().axis(0);
    int channels = x.shape().axis(1);
    return x.array().reshape(n, channels, x.shape().rowSize() / channels);
  }

  static INDArray channels(Tensor values) {
    return values.array().reshape(1, values.size(), 1);
  }

  private static INDArray rows(Tensor w) {
    return w.array().reshape(w.shape().axis(0), w.shape().rowSize());
  }
}
