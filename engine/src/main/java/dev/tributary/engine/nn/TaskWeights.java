package dev.tributary.engine.nn;

import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The weights of a batch's samples in its statistics, as {@link AdaB2N} learns them: the posterior
 * mean of a Dirichlet distribution over tasks, divided evenly among a task's samples.
 *
 * <p>{@code c_t = exp(psi_t) + N_t} for the tasks seen, {@code pi_t = c_t / sum(c)}, {@code omega_n
 * = pi_t(n) / N_t(n)}. A task without samples in the batch keeps its share of pi, so that the
 * weights sum to less than 1; renormalised, only tasks with samples count in the sum.
 */
final class TaskWeights {
  private final String name;
  private final Tensor psi;
  private final Tensor psiGradient;
  private final boolean renormalise;
  private final double[] omega;
  private final double[] share;
  private final double[] byTask;
  private final int[] count;
  private final int[] taskOf;
  private boolean weighted;
  private int seen;
  private double sum;

  /**
   * All that {@code psi} [tasks] weighs.
   *
   * @param name the layer's, for errors
   * @param batch the largest batch
   */
  TaskWeights(String name, Tensor psi, Tensor psiGradient, boolean renormalise, int batch) {
    this.name = name;
    this.psi = psi;
    this.psiGradient = psiGradient;
    this.renormalise = renormalise;
    this.omega = new double[batch];
    this.share = new double[psi.size()];
    this.byTask = new double[psi.size()];
    this.count = new int[psi.size()];
    this.taskOf = new int[batch];
  }

  /** Each sample's weight; of meaning up to the last batch's size. */
  double[] omega() {
    return omega;
  }

  /** Weighs the first {@code n} samples alike. */
  void uniform(int n) {
    weighted = false;
    Arrays.fill(omega, 0, n, 1.0 / n);
  }

  /** Weighs the first {@code n} samples by their tasks. */
  void weigh(BatchTasks tasks, int n) {
    require(tasks, n);
    weighted = true;
    seen = tasks.seen();
    Arrays.fill(count, 0);
    for (int i = 0; i < n; i++) {
      taskOf[i] = tasks.task(i);
      count[taskOf[i]]++;
    }
    sum = 0;
    for (int t = 0; t < seen; t++) {
      share[t] = counts(t) ? Math.exp(psi.get(t)) + count[t] : 0;
      sum += share[t];
    }
    for (int t = 0; t < seen; t++) {
      share[t] /= sum;
    }
    for (int i = 0; i < n; i++) {
      omega[i] = share[taskOf[i]] / count[taskOf[i]];
    }
  }

  /**
   * Writes the gradient of psi: {@code G_t} is the mean gradient of the weights of task t's
   * samples, 0 without any, {@code dc_t = (G_t - sum_s pi_s G_s) / sum(c)}, {@code dpsi_t =
   * exp(psi_t) dc_t}.
   *
   * @param domega the gradient of the weights
   */
  void backward(double[] domega, int n) {
    for (int t = 0; t < psi.size(); t++) {
      psiGradient.put(t, 0);
    }
    if (!weighted) {
      return;
    }
    Arrays.fill(byTask, 0);
    for (int i = 0; i < n; i++) {
      byTask[taskOf[i]] += domega[i] / count[taskOf[i]];
    }
    double mean = 0;
    for (int t = 0; t < seen; t++) {
      mean += share[t] * byTask[t];
    }
    for (int t = 0; t < seen; t++) {
      if (counts(t)) {
        psiGradient.put(t, Math.exp(psi.get(t)) * (byTask[t] - mean) / sum);
      }
    }
  }

  /** Whether psi matters to the last batch. */
  boolean weighted() {
    return weighted;
  }

  private boolean counts(int t) {
    return !renormalise || count[t] > 0;
  }

  private void require(BatchTasks tasks, int n) {
    if (tasks.seen() > psi.size()) {
      throw new IllegalArgumentException(
          name
              + ": "
              + tasks.seen()
              + " tasks have been seen, but there are weights for "
              + psi.size()
              + "; build the model with more tasks");
    }
    if (tasks.rows() < n) {
      throw new IllegalArgumentException(
          name + ": a batch of " + n + " samples needs as many tasks, got " + tasks.rows());
    }
  }
}
