package dev.tributary.engine.nn;

import dev.tributary.engine.kernels.Kernels;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A live {@link AdaB2N}. */
final class AdaB2NLayer implements Layer {
  private final AdaB2N spec;
  private final Kernels kernels;
  private final Affine affine;
  private final TaskWeights weights;
  private final GeneralizedMomentum momentum;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor counter;
  private final Tensor mean;
  private final Tensor var;
  private final Tensor meanGradient;
  private final Tensor varGradient;
  private final double[] first;
  private final double[] second;
  private final double[] domega;
  private final BatchTensor output;
  private @Nullable Tensor x;

  AdaB2NLayer(AdaB2N spec, Workspace workspace) {
    int channels = spec.input().axis(0);
    Shape perChannel = Shape.of(channels);
    this.spec = spec;
    this.kernels = workspace.kernels();
    this.affine = Affine.learned(spec.name(), workspace);
    this.weights =
        new TaskWeights(
            spec.name(),
            workspace.parameter(spec.name() + ".task-weight"),
            workspace.gradient(spec.name() + ".task-weight"),
            spec.renormalise(),
            workspace.batch());
    this.momentum = new GeneralizedMomentum(spec.kappa(), spec.momentum());
    this.runningMean = workspace.parameter(spec.name() + ".running-mean");
    this.runningVar = workspace.parameter(spec.name() + ".running-var");
    this.counter = workspace.parameter(spec.name() + ".counter");
    this.mean = workspace.tensor(perChannel);
    this.var = workspace.tensor(perChannel);
    this.meanGradient = workspace.tensor(perChannel);
    this.varGradient = workspace.tensor(perChannel);
    this.first = new double[workspace.batch() * channels];
    this.second = new double[workspace.batch() * channels];
    this.domega = new double[workspace.batch()];
    this.output = workspace.batch(spec.input());
  }

  @Override
  public Tensor forward(Tensor input, Pass pass) {
    int n = input.shape().axis(0);
    Tensor y = output.rows(n);
    if (!pass.training()) {
      x = null;
      normalize(input, runningMean, runningVar, y);
      return y;
    }
    Norms.requireSpread(spec.name(), spec.input(), n);
    x = input;
    BatchTasks tasks = pass.tasks();
    if (tasks != null && tasks.weigh()) {
      weights.weigh(tasks, n);
    } else {
      weights.uniform(n);
    }
    kernels.weightedStatistics(input, weights.omega(), mean, var, first, second);
    normalize(input, mean, var, y);
    moveRunning();
    pass.addAuxiliary(distance(mean, runningMean) + distance(var, runningVar));
    return y;
  }

  private void normalize(Tensor input, Tensor means, Tensor vars, Tensor y) {
    kernels.batchNormInference(input, affine.scale(), affine.shift(), spec.eps(), means, vars, y);
  }

  private void moveRunning() {
    double t = counter.get(1) + 1;
    double eta = momentum.next(counter.get(0), t);
    counter.put(0, eta);
    counter.put(1, t);
    kernels.scaleAdd(eta, mean, 1 - eta, runningMean);
    kernels.scaleAdd(eta, var, 1 - eta, runningVar);
  }

  /** The mean squared difference over channels. */
  private static double distance(Tensor batch, Tensor running) {
    double sum = 0;
    for (int c = 0; c < batch.size(); c++) {
      double d = batch.get(c) - running.get(c);
      sum += d * d;
    }
    return sum / batch.size();
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    BatchTasks tasks = pass.tasks();
    double pull = tasks == null ? 0 : 2 * tasks.lambda() / spec.input().axis(0);
    regularize(pull, mean, runningMean, meanGradient);
    regularize(pull, var, runningVar, varGradient);
    kernels.addWeightedNormBackward(
        Order.forwardFirst(x),
        dy,
        weights.omega(),
        affine.scale(),
        spec.eps(),
        mean,
        var,
        meanGradient,
        varGradient,
        dy,
        affine.scaleGradient(),
        affine.shiftGradient());
    int n = dy.shape().axis(0);
    if (weights.weighted()) {
      weightGradients(n);
    }
    weights.backward(domega, n);
    return dy;
  }

  /** The gradient of {@code pull / 2 * sum((batch - running)^2)} by the batch's statistic. */
  private void regularize(double pull, Tensor batch, Tensor running, Tensor gradient) {
    kernels.scaleAdd(pull, batch, 0, gradient);
    kernels.scaleAdd(-pull, running, 1, gradient);
  }

  /** {@code domega_n = sum_c(dmu mean_hw(x_n) + dvar mean_hw((x_n - mu)^2))}. */
  private void weightGradients(int n) {
    int channels = mean.size();
    Arrays.fill(domega, 0, n, 0);
    for (int c = 0; c < channels; c++) {
      double center = mean.get(c);
      double ofMean = meanGradient.get(c);
      double ofVar = varGradient.get(c);
      for (int i = 0; i < n; i++) {
        int at = i * channels + c;
        domega[i] += ofMean * (center + first[at]) + ofVar * second[at];
      }
    }
  }
}
