package dev.tributary.engine.kernels;

import static dev.tributary.engine.kernels.Scratch.load;

import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * Float32 on the CPU: convolutions by oneDNN through ND4J, matrix products by OpenBLAS, everything
 * bound by memory in loops of our own. Sums longer than a few elements are kept in double precision
 * and added in a fixed order, so that our loops give the same bits on every machine.
 */
public final class CpuKernels implements Kernels {
  /** The only instance; it has no state. */
  public static final CpuKernels INSTANCE = new CpuKernels();

  private CpuKernels() {}

  @Override
  public String tier() {
    return "cpu";
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
    if (dx == null) {
      CpuConvolution.weightGradients(x, dy, window, dw, dbias);
    } else {
      Nd4jConvolution.backward(x, w, dy, window, dx, dw, dbias);
    }
  }

  @Override
  public void gemm(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
    Blas.sgemm(a, transposeA, b, transposeB, c);
  }

  @Override
  public void addBias(Tensor y, Tensor bias) {
    CpuPointwise.addBias(y, bias);
  }

  @Override
  public void columnSums(Tensor x, Tensor sums) {
    CpuPointwise.columnSums(x, sums);
  }

  @Override
  public void batchNorm(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    CpuBatchNorm.forward(x, scale, shift, eps, mean, var, y);
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
    CpuBatchNorm.backward(x, dy, scale, eps, mean, var, own, dx, dscale, dshift);
  }

  @Override
  public void batchNormInference(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y) {
    CpuBatchNorm.inference(x, scale, shift, eps, mean, var, y);
  }

  @Override
  public void weightedStatistics(
      Tensor x, double[] weights, Tensor mean, Tensor var, double[] first, double[] second) {
    CpuWeightedNorm.statistics(x, weights, mean, var, first, second);
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
    CpuWeightedNorm.backward(
        x, dy, weights, scale, eps, mean, var, dmean, dvar, dx, dscale, dshift);
  }

  @Override
  public void batchStatistics(Tensor x, Tensor mean, Tensor var) {
    CpuBatchNorm.statistics(x, mean, var);
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
    CpuBatchNorm.backward(x, dy, scale, eps, mean, var, share, dx, dscale, dshift);
  }

  @Override
  public void groupNorm(Tensor x, int groups, Tensor scale, Tensor shift, double eps, Tensor y) {
    CpuGroupNorm.forward(x, groups, scale, shift, eps, y);
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
    CpuGroupNorm.backward(x, dy, groups, scale, eps, dx, dscale, dshift);
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
    CpuL1Norm.forward(x, scale, shift, kappa, eps, mean, spread, y);
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
    CpuL1Norm.backward(x, dy, scale, kappa, eps, mean, spread, dx, dscale, dshift);
  }

  @Override
  public void l1GroupNorm(
      Tensor x, int groups, Tensor scale, Tensor shift, double kappa, double eps, Tensor y) {
    CpuL1GroupNorm.forward(x, groups, scale, shift, kappa, eps, y);
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
    CpuL1GroupNorm.backward(x, dy, groups, scale, kappa, eps, dx, dscale, dshift);
  }

  @Override
  public void activation(ActivationKind kind, double gain, Tensor x, Tensor y) {
    CpuPointwise.activation(kind, (float) gain, x, y);
  }

  @Override
  public void activationBackward(ActivationKind kind, double gain, Tensor x, Tensor dy, Tensor dx) {
    CpuPointwise.activationBackward(kind, (float) gain, x, dy, dx);
  }

  @Override
  public void maxPool(Tensor x, Window window, Tensor y) {
    CpuPooling.max(x, window, y);
  }

  @Override
  public void maxPoolBackward(Tensor x, Tensor dy, Window window, Tensor dx) {
    CpuPooling.maxBackward(x, dy, window, dx);
  }

  @Override
  public void avgPool(Tensor x, Window window, Tensor y) {
    CpuPooling.average(x, window, y);
  }

  @Override
  public void avgPoolBackward(Tensor dy, Window window, Tensor dx) {
    CpuPooling.averageBackward(dy, window, dx);
  }

  @Override
  public void adaptiveAvgPool(Tensor x, Tensor y) {
    CpuPooling.adaptive(x, y);
  }

  @Override
  public void adaptiveAvgPoolBackward(Tensor dy, Tensor dx) {
    CpuPooling.adaptiveBackward(dy, dx);
  }

  @Override
  public void multiply(Tensor a, Tensor b, Tensor c) {
    CpuPointwise.multiply(a, b, c);
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor c) {
    CpuPointwise.add(a, b, c);
  }

  @Override
  public void scaleAdd(double a, Tensor x, double b, Tensor y) {
    CpuPointwise.scaleAdd((float) a, x, (float) b, y);
  }

  @Override
  public void standardizeRows(Tensor w, Tensor gain, int ddof, double floor, Tensor out) {
    CpuWeightStandardization.forward(w, gain, ddof, floor, out);
  }

  @Override
  public void standardizeRowsBackward(
      Tensor w, Tensor gain, int ddof, double floor, Tensor dout, Tensor dw, Tensor dgain) {
    CpuWeightStandardization.backward(w, gain, ddof, floor, dout, dw, dgain);
  }

  @Override
  public double softmaxCrossEntropy(Tensor logits, int[] labels, Tensor dlogits) {
    int n = logits.shape().axis(0);
    int classes = logits.shape().axis(1);
    double[] rows = doubles(logits);
    double loss = 0;
    for (int i = 0; i < n; i++) {
      loss += Softmax.lossAndGradient(rows, i * classes, classes, labels[i], 1.0 / n);
    }
    CpuBatchNorm.storeRounded(rows, dlogits, n * classes);
    return loss / n;
  }

  @Override
  public void classify(Tensor logits, int[] labels, double[] losses, int[] predictions) {
    int n = logits.shape().axis(0);
    int classes = logits.shape().axis(1);
    double[] rows = doubles(logits);
    for (int i = 0; i < n; i++) {
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
    CpuOptimization.sgd(w, g, velocity, (float) lr, (float) momentum, nesterov, (float) decay);
  }

  @Override
  public void adam(Tensor w, Tensor g, Tensor m, Tensor v, AdamRule rule, double lr, int step) {
    CpuOptimization.adam(w, g, m, v, rule, lr, step);
  }

  @Override
  public void clipRows(Tensor g, Tensor w, double lambda, double eps) {
    CpuOptimization.clipRows(g, w, lambda, eps);
  }

  @Override
  public void addProximal(double mu, Tensor w, Tensor start, Tensor g) {
    CpuOptimization.addProximal((float) mu, w, start, g);
  }

  @Override
  public double distance(Tensor a, Tensor b) {
    return CpuOptimization.distance(a, b);
  }

  @Override
  public double norm(Tensor t) {
    return CpuOptimization.norm(t, 0, t.size());
  }

  @Override
  public void scale(double factor, Tensor t) {
    CpuOptimization.scale(t, 0, t.size(), (float) factor);
  }

  private static double[] doubles(Tensor t) {
    float[] values = Scratch.get().floats(0, t.size());
    double[] wide = Scratch.get().doubles(0, t.size());
    load(t, 0, values, t.size());
    for (int i = 0; i < t.size(); i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
