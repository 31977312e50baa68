package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Everything by ND4J's own operations: any device that ND4J has a backend for, float32 and float64.
 * It is written for plainness, allocates as it goes, and is what the fast kernels are checked
 * against.
 */
public final class Nd4jKernels implements Kernels {
  /** The only instance; it has no state. */
  public static final Nd4jKernels INSTANCE = new Nd4jKernels();

  private Nd4jKernels() {}

  @Override
  public String tier() {
    return "nd4j";
  }

  @Override
  public void conv2d(Tensor x, Tensor w, @Nullable Tensor bias, Window window, Tensor y) {
    Nd4jConvolution.forward(x, w, bias, window, y);
  }

  @Override
  public void conv2dBackward(
      Tensor x,
      Tensor w,
      Tensor dy,
      Window window,
      @Nullable Tensor dx,
      Tensor dw,
      @Nullable Tensor dbias) {
    Nd4jConvolution.backward(x, w, dy, window, dx, dw, dbias);
  }

  @Override
  public void gemm(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
    INDArray left = transposeA ? a.array().transpose() : a.array();
    INDArray right = transposeB ? b.array().transpose() : b.array();
    c.array().assign(left.mmul(right));
  }

  @Override
  public void addBias(Tensor y, Tensor bias) {
    y.array().addi(bias.array().reshape(1, bias.size()));
  }

  @Override
  public void columnSums(Tensor x, Tensor sums) {
    sums.array().assign(x.array().sum(0));
  }

  @Override
  public void batchNorm(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    Nd4jNorm.batchStatistics(x, mean, var);
    Nd4jNorm.batch(x, scale, shift, eps, mean, var, y);
  }

  @Override
  public void batchNormBackward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    BatchShare own = BatchShare.whole(mean);
    Nd4jNorm.batchBackward(x, dy, scale, eps, mean, var, own, dx, dscale, dshift);
  }

  @Override
  public void batchNormInference(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    Nd4jNorm.batch(x, scale, shift, eps, mean, var, y);
  }

  @Override
  public void weightedStatistics(
      Tensor x, double[] weights, Tensor mean, Tensor var, double[] first, double[] second) {
    Nd4jNorm.weightedStatistics(x, weights, mean, var, first, second);
  }

  @Override
  public void addWeightedNormBackward(
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
    Nd4jNorm.weightedBackward(
        x, dy, weights, scale, eps, mean, var, dmean, dvar, dx, dscale, dshift);
  }

  @Override
  public void batchStatistics(Tensor x, Tensor mean, Tensor var) {
    Nd4jNorm.batchStatistics(x, mean, var);
  }

  @Override
  public void batchNormInferenceBackward(
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
    Nd4jNorm.batchBackward(x, dy, scale, eps, mean, var, share, dx, dscale, dshift);
  }

  @Override
  public void groupNorm(Tensor x, int groups, Tensor scale, Tensor shift, double eps, Tensor y) {
    Nd4jNorm.group(x, groups, scale, shift, eps, y);
  }

  @Override
  public void groupNormBackward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    Nd4jNorm.groupBackward(x, dy, groups, scale, eps, dx, dscale, dshift);
  }

  @Override
  public void l1Norm(
      Tensor x,
      Tensor scale,
      Tensor shift,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor y) {
    Nd4jL1Norm.batch(x, scale, shift, kappa, eps, mean, spread, y);
  }

  @Override
  public void l1NormBackward(
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
    Nd4jL1Norm.batchBackward(x, dy, scale, kappa, eps, mean, spread, dx, dscale, dshift);
  }

  @Override
  public void l1GroupNorm(
      Tensor x, int groups, Tensor scale, Tensor shift, double kappa, double eps, Tensor y) {
    Nd4jL1Norm.group(x, groups, scale, shift, kappa, eps, y);
  }

  @Override
  public void l1GroupNormBackward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double kappa,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift) {
    Nd4jL1Norm.groupBackward(x, dy, groups, scale, kappa, eps, dx, dscale, dshift);
  }

  @Override
  public void activation(ActivationKind kind, double gain, Tensor x, Tensor y) {
    y.array().assign(Nd4jCurves.value(kind, x.array()).mul(gain));
  }

  @Override
  public void activationBackward(ActivationKind kind, double gain, Tensor x, Tensor dy, Tensor dx) {
    dx.array().assign(Nd4jCurves.slope(kind, x.array()).mul(gain).mul(dy.array()));
  }

  @Override
  public void maxPool(Tensor x, Window window, Tensor y) {
    Nd4jPooling.forward("maxpool2d", x, window, y);
  }

  @Override
  public void maxPoolBackward(Tensor x, Tensor dy, Window window, Tensor dx) {
    Nd4jPooling.backward("maxpool2d_bp", x.array(), dy, window, dx);
  }

  @Override
  public void avgPool(Tensor x, Window window, Tensor y) {
    Nd4jPooling.forward("avgpool2d", x, window, y);
  }

  @Override
  public void avgPoolBackward(Tensor dy, Window window, Tensor dx) {
    // The operation wants the input for its shape alone.
    Nd4jPooling.backward("avgpool2d_bp", dx.array().ulike(), dy, window, dx);
  }

  @Override
  public void adaptiveAvgPool(Tensor x, Tensor y) {
    Nd4jPooling.adaptive(x, y);
  }

  @Override
  public void adaptiveAvgPoolBackward(Tensor dy, Tensor dx) {
    Nd4jPooling.adaptiveBackward(dy, dx);
  }

  @Override
  public void multiply(Tensor a, Tensor b, Tensor c) {
    c.array().assign(a.array().mul(b.array()));
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor c) {
    c.array().assign(a.array().add(b.array()));
  }

  @Override
  public void scaleAdd(double a, Tensor x, double b, Tensor y) {
    if (b == 0) {
      y.array().assign(x.array().mul(a));
    } else {
      y.array().muli(b).addi(x.array().mul(a));
    }
  }

  @Override
  public void standardizeRows(Tensor w, Tensor gain, int ddof, double floor, Tensor out) {
    Nd4jNorm.standardizeRows(w, gain, ddof, floor, out);
  }

  @Override
  public void standardizeRowsBackward(
      Tensor w, Tensor gain, int ddof, double floor, Tensor dout, Tensor dw, Tensor dgain) {
    Nd4jNorm.standardizeRowsBackward(w, gain, ddof, floor, dout, dw, dgain);
  }

  @Override
  public double softmaxCrossEntropy(Tensor logits, int[] labels, Tensor dlogits) {
    int n = logits.shape().axis(0);
    int classes = logits.shape().axis(1);
    double[] rows = logits.toDoubles();
    double loss = 0;
    for (int i = 0; i < n; i++) {
      loss += Softmax.lossAndGradient(rows, i * classes, classes, labels[i], 1.0 / n);
    }
    dlogits.set(rows);
    return loss / n;
  }

  @Override
  public void classify(Tensor logits, int[] labels, double[] losses, int[] predictions) {
    int classes = logits.shape().axis(1);
    double[] rows = logits.toDoubles();
    for (int i = 0; i < logits.shape().axis(0); i++) {
      losses[i] = Softmax.loss(rows, i * classes, classes, labels[i]);
      predictions[i] = Softmax.argmax(rows, i * classes, classes);
    }
  }

  @Override
  public void sgd(
      Tensor w,
      Tensor g,
      @Nullable Tensor velocity,
      double lr,
      double momentum,
      boolean nesterov,
      double decay) {
    INDArray step = decay == 0 ? g.array().dup() : g.array().add(w.array().mul(decay));
    if (velocity != null) {
      velocity.array().muli(momentum).addi(step);
      step = nesterov ? step.addi(velocity.array().mul(momentum)) : velocity.array();
    }
    w.array().subi(step.mul(lr));
  }

  @Override
  public void adam(Tensor w, Tensor g, Tensor m, Tensor v, AdamRule rule, double lr, int step) {
    double decay = rule.decoupled() ? 0 : rule.decay();
    INDArray d = g.array().add(w.array().mul(decay));
    m.array().muli(rule.beta1()).addi(d.mul(1 - rule.beta1()));
    v.array().muli(rule.beta2()).addi(d.mul(d).muli(1 - rule.beta2()));
    INDArray first = m.array().div(1 - StrictMath.pow(rule.beta1(), step));
    INDArray second = v.array().div(1 - StrictMath.pow(rule.beta2(), step));
    if (rule.decoupled()) {
      w.array().muli(1 - lr * rule.decay());
    }
    w.array().subi(first.muli(lr).divi(Transforms.sqrt(second, false).addi(rule.eps())));
  }

  @Override
  public void clipRows(Tensor g, Tensor w, double lambda, double eps) {
    int rows = g.shape().rank() < 2 ? 1 : g.shape().axis(0);
    INDArray gradient = g.array().reshape(rows, g.size() / rows);
    double[] weightNorms = norms(w.array().reshape(rows, g.size() / rows));
    double[] norms = norms(gradient);
    double[] factors = new double[rows];
    for (int row = 0; row < rows; row++) {
      double bound = lambda * Math.max(weightNorms[row], eps);
      factors[row] = norms[row] > bound ? bound / Math.max(norms[row], 1e-6) : 1;
    }
    INDArray column = Nd4j.createFromArray(factors).castTo(gradient.dataType());
    gradient.muli(column.reshape(rows, 1));
  }

  @Override
  public void addProximal(double mu, Tensor w, Tensor start, Tensor g) {
    g.array().addi(w.array().sub(start.array()).muli(mu));
  }

  @Override
  public double distance(Tensor a, Tensor b) {
    return a.array().sub(b.array()).norm2Number().doubleValue();
  }

  @Override
  public double norm(Tensor t) {
    return t.array().norm2Number().doubleValue();
  }

  @Override
  public void scale(double factor, Tensor t) {
    t.array().muli(factor);
  }

  private static double[] norms(INDArray rows) {
    return rows.norm2(1).castTo(DataType.DOUBLE).toDoubleVector();
  }
}
