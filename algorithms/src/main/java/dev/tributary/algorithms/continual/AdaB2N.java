package dev.tributary.algorithms.continual;

import dev.tributary.engine.nn.BatchTasks;
import dev.tributary.engine.settings.Settings;

/**
 * AdaB2N, adaptive balance of batch normalisation: the policy half. The arithmetic is the layer
 * {@link dev.tributary.engine.nn.AdaB2N}.
 *
 * <p>Y. Lyu, L. Wang, X. Zhang, Z. Sun, H. Su, J. Zhu, L. Jing: Overcoming Recency Bias of
 * Normalization Statistics in Continual Learning: Balance and Adaptation. NeurIPS 2023,
 * arXiv:2310.08855; code: lvyilin/AdaB2N.
 *
 * <pre>
 *   a batch with replayed rows, once a task is finished:  statistics weighted by task
 *   from task t0 on, in such batches:  loss &lt;- loss + lambda sum over layers of
 *                                      mean_c (mu - rm)^2 + mean_c (var - rv)^2
 * </pre>
 *
 * <p><b>Symbols.</b> lambda: {@link #lambda}; t0: {@link #fromTask}; kappa, psi, eta: the layer's.
 *
 * <p><b>Choices.</b> As in the released code, ordinary batch statistics are used until a task is
 * finished and in forward passes without replayed rows. A method that sends new and replayed
 * examples through the network separately ({@code joint = false}) gets weighted statistics in the
 * second pass alone.
 *
 * <p><b>Federation.</b> psi is of role TASK_WEIGHT, eta and the counter of NORM_COUNTER: with
 * fedavg all is averaged, with silobn psi alone, with fedbn nothing.
 *
 * @param lambda the weight of the regulariser, &ge; 0
 * @param fromTask the first task in which it counts, from 0
 */
public record AdaB2N(double lambda, int fromTask) {

  /** Without regulariser; what other normalisations get, to which it means nothing. */
  public static final AdaB2N PLAIN = new AdaB2N(0, 0);

  /** Reads {@code lambda} (default 0.1) and {@code from-task} (default 1). */
  public static AdaB2N from(Settings settings) {
    double lambda = settings.number("lambda", 0.1);
    settings.require(
        lambda >= 0 && Double.isFinite(lambda), "lambda", "a finite number >= 0", lambda);
    int fromTask = settings.integer("from-task", 1);
    settings.require(fromTask >= 0, "from-task", "a task, from 0", fromTask);
    return new AdaB2N(lambda, fromTask);
  }

  /** What layers are told of a batch with or without replayed rows, in this task. */
  BatchTasks tasks(int[] rowTasks, int task, boolean replay) {
    return new BatchTasks(
        rowTasks, task + 1, replay && task > 0, replay && task >= fromTask ? lambda : 0);
  }
}
