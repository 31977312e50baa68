package dev.tributary.engine.kernels;

import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * Everything layers, losses and optimisers compute, on tensors that the caller has allocated.
 *
 * <p>Images are [batch, channels, height, width], convolution weights [out, in, height, width],
 * dense weights [out, in]. Outputs are overwritten unless the method's name says "add"; a gradient
 * may be written over {@code dy} where the method says so. All tensors of a call have the same
 * type.
 *
 * <p>Implementations hold no state, are safe to call from several threads at once on different
 * tensors, and are deterministic: the same inputs give the same bits, on any thread.
 */
public interface Kernels {

  /** The name of this implementation, part of a run's fingerprint. */
  String tier();

  /** {@code y = conv(x, w) + bias}; x [n, in, h, w], y [n, out, h', w'], bias [out] or none. */
  void conv2d(Tensor x, Tensor w, @Nullable Tensor bias, Window window, Tensor y);

  /** The gradients of {@link #conv2d}; {@code dx} and {@code dbias} only where asked for. */
  void conv2dBackward(
      Tensor x,
      Tensor w,
      Tensor dy,
      Window window,
      @Nullable Tensor dx,
      Tensor dw,
      @Nullable Tensor dbias);

  /** {@code c = op(a) op(b)} for matrices, where op transposes if asked. */
  void gemm(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c);

  /** Adds {@code bias} [columns] to every row of {@code y} [rows, columns]. */
  void addBias(Tensor y, Tensor bias);

  /** The sum of each column of {@code x} [rows, columns]. */
  void columnSums(Tensor x, Tensor sums);

  /**
   * Batch normalisation with the batch's statistics over all axes but the second: {@code y = scale
   * * (x - mean) / sqrt(var + eps) + shift}, where {@code var} divides by n.
   *
   * @param x [n, channels, ...]
   * @param mean the channels' means, written
   * @param var the channels' biased variances, written
   */
  void batchNorm(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y);

  /** The gradients of {@link #batchNorm}, whose mean and var are given; dx may be dy. */
  void batchNormBackward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      Tensor dx,
      Tensor dscale,
      Tensor dshift);

  /** Batch normalisation with given statistics. */
  void batchNormInference(
      Tensor x, Tensor scale, Tensor shift, double eps, Tensor mean, Tensor var, Tensor y);

  /** The channels' means and biased variances over all axes but the second, written. */
  void batchStatistics(Tensor x, Tensor mean, Tensor var);

  /**
   * The gradients of {@link #batchNormInference} where the given statistics depend on the batch's
   * own; dx may be dy.
   */
  void batchNormInferenceBackward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double eps,
      Tensor mean,
      Tensor var,
      BatchShare share,
      Tensor dx,
      Tensor dscale,
      Tensor dshift);

  /**
   * The statistics of a batch whose samples count unequally: {@code mean = sum_n weights[n] *
   * mean(x_n)} and {@code var = sum_n weights[n] * mean((x_n - mean)^2)} per channel, inner means
   * over positions. The weights need not sum to 1.
   *
   * @param x [n, channels, ...]
   * @param weights each sample's weight, at least n long
   * @param mean the channels' means, written
   * @param var the channels' variances, written
   * @param first mean(x_n - mean) at [n * channels + channel], written, at least so long
   * @param second mean((x_n - mean)^2), likewise
   */
  void weightedStatistics(
      Tensor x, double[] weights, Tensor mean, Tensor var, double[] first, double[] second);

  /**
   * The gradients of {@link #batchNormInference} with the statistics of {@link
   * #weightedStatistics}, through these statistics; dx may be dy.
   *
   * @param dmean on entry what else the loss has as gradient of the mean; with what the output
   *     gives added on return
   * @param dvar likewise of the variance
   */
  void addWeightedNormBackward(
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
      Tensor dshift);

  /**
   * Normalises each group of channels of each sample by its own mean and biased variance, then
   * scales and shifts per channel. One group is layer normalisation.
   *
   * @param x [n, channels, ...], channels divisible by {@code groups}
   */
  void groupNorm(Tensor x, int groups, Tensor scale, Tensor shift, double eps, Tensor y);

  /** The gradients of {@link #groupNorm}; dx may be dy. */
  void groupNormBackward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift);

  /**
   * Batch normalisation by the mean absolute deviation over all axes but the second (L1): {@code
   * spread = kappa * mean|x - mean|}, {@code y = scale * (x - mean) / (spread + eps) + shift}.
   *
   * @param x [n, channels, ...]
   * @param mean the channels' means, written
   * @param spread the channels' spreads, written
   */
  void l1Norm(
      Tensor x,
      Tensor scale,
      Tensor shift,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor y);

  /**
   * The gradients of {@link #l1Norm}, whose mean and spread are given, with sign(0) = 0; dx may be
   * dy.
   */
  void l1NormBackward(
      Tensor x,
      Tensor dy,
      Tensor scale,
      double kappa,
      double eps,
      Tensor mean,
      Tensor spread,
      Tensor dx,
      Tensor dscale,
      Tensor dshift);

  /**
   * Normalises each group of channels of each sample by its own mean and {@code kappa} times its
   * mean absolute deviation, then scales and shifts per channel. One group is layer normalisation.
   *
   * @param x [n, channels, ...], channels divisible by {@code groups}
   */
  void l1GroupNorm(
      Tensor x, int groups, Tensor scale, Tensor shift, double kappa, double eps, Tensor y);

  /** The gradients of {@link #l1GroupNorm}, with sign(0) = 0; dx may be dy. */
  void l1GroupNormBackward(
      Tensor x,
      Tensor dy,
      int groups,
      Tensor scale,
      double kappa,
      double eps,
      Tensor dx,
      Tensor dscale,
      Tensor dshift);

  /** {@code y = gain * f(x)}; y may be x only for backward-free use. */
  void activation(ActivationKind kind, double gain, Tensor x, Tensor y);

  /** {@code dx = gain * f'(x) * dy}, with f'(0) = 0 for ReLU; dx may be dy. */
  void activationBackward(ActivationKind kind, double gain, Tensor x, Tensor dy, Tensor dx);

  /** The maximum of each window; padding never wins. */
  void maxPool(Tensor x, Window window, Tensor y);

  /** Sends each output's gradient to the first maximum (row-major) of its window. */
  void maxPoolBackward(Tensor x, Tensor dy, Window window, Tensor dx);

  /** The mean of each window; padding counts as zeros. */
  void avgPool(Tensor x, Window window, Tensor y);

  /** The gradient of {@link #avgPool}. */
  void avgPoolBackward(Tensor dy, Window window, Tensor dx);

  /**
   * Means over a grid of nearly equal cells: output row i covers input rows floor(i h / h') to
   * ceil((i + 1) h / h'), likewise columns.
   */
  void adaptiveAvgPool(Tensor x, Tensor y);

  /** The gradient of {@link #adaptiveAvgPool}. */
  void adaptiveAvgPoolBackward(Tensor dy, Tensor dx);

  /** {@code c = a * b}, elementwise; c may be a or b. */
  void multiply(Tensor a, Tensor b, Tensor c);

  /** {@code c = a + b}, elementwise; c may be a or b. */
  void add(Tensor a, Tensor b, Tensor c);

  /**
   * {@code y = a * x + b * y}, elementwise; with b = 0 whatever y held, even what is not finite.
   */
  void scaleAdd(double a, Tensor x, double b, Tensor y);

  /**
   * Scaled weight standardisation of each row: {@code out = gain * (w - mean) / sqrt(max(N * var,
   * floor))}, var over the N elements of a row, divided by {@code N - ddof}.
   *
   * @param w [rows, ...]
   * @param gain [rows]
   */
  void standardizeRows(Tensor w, Tensor gain, int ddof, double floor, Tensor out);

  /** The gradients of {@link #standardizeRows}, given the gradient of its output. */
  void standardizeRowsBackward(
      Tensor w, Tensor gain, int ddof, double floor, Tensor dout, Tensor dw, Tensor dgain);

  /**
   * Softmax and cross-entropy of {@code logits} [n, classes].
   *
   * @param dlogits the gradient of the mean loss, written
   * @return the mean loss in nats
   */
  double softmaxCrossEntropy(Tensor logits, int[] labels, Tensor dlogits);

  /**
   * Each sample's cross-entropy in nats and its predicted class, the first of the highest logits.
   *
   * @param losses written, at least n long
   * @param predictions written, at least n long
   */
  void classify(Tensor logits, int[] labels, double[] losses, int[] predictions);

  /**
   * One step of stochastic gradient descent: {@code d = g + decay * w; v = momentum * v + d; w -=
   * lr * v}, or {@code w -= lr * (d + momentum * v)} with Nesterov; without a {@code velocity},
   * {@code w -= lr * d}. On the first step v starts at zero.
   */
  void sgd(
      Tensor w,
      Tensor g,
      @Nullable Tensor velocity,
      double lr,
      double momentum,
      boolean nesterov,
      double decay);

  /** One step of Adam or AdamW; {@code step} counts from 1. */
  void adam(Tensor w, Tensor g, Tensor m, Tensor v, AdamRule rule, double lr, int step);

  /**
   * Clips each row of {@code g} to {@code lambda} times the norm of the same row of {@code w} (at
   * least {@code eps}); a vector is one row. Rows within the bound keep their bits.
   */
  void clipRows(Tensor g, Tensor w, double lambda, double eps);

  /** {@code g += mu * (w - start)}. */
  void addProximal(double mu, Tensor w, Tensor start, Tensor g);

  /** The Euclidean norm of {@code a - b}. */
  double distance(Tensor a, Tensor b);

  /** The Euclidean norm of {@code t}. */
  double norm(Tensor t);

  /** {@code t *= factor}, elementwise. */
  void scale(double factor, Tensor t);
}
