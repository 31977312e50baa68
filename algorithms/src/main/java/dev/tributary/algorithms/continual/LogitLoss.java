package dev.tributary.algorithms.continual;

import dev.tributary.engine.training.Learner;
import org.jspecify.annotations.Nullable;

/**
 * Losses on some rows of a {@link Learner}'s logits. Each adds its derivative by the logits to
 * {@link Learner#logitGradient} and returns its value; sums run in double precision.
 */
final class LogitLoss {
  private LogitLoss() {}

  /**
   * {@code weight} times the mean cross-entropy of the rows, in nats.
   *
   * @param from the first row
   * @param count rows, &ge; 1
   * @return the mean without the weight
   */
  static double crossEntropy(Learner learner, int from, int count, double weight) {
    return crossEntropy(learner, from, count, weight, null);
  }

  /**
   * The same over the classes with {@code allowed[c]} alone: the others' logits count as minus
   * infinity. The rows' labels must be allowed.
   */
  static double crossEntropy(
      Learner learner, int from, int count, double weight, boolean @Nullable [] allowed) {
    int classes = learner.classes();
    float[] logits = learner.logits();
    float[] gradient = learner.logitGradient();
    double scale = weight / count;
    double loss = 0;
    for (int row = from; row < from + count; row++) {
      int at = row * classes;
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = allowed == null || allowed[c] ? Math.max(max, logits[at + c]) : max;
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += allowed == null || allowed[c] ? Math.exp(logits[at + c] - max) : 0;
      }
      int label = learner.label(row);
      loss += Math.log(sum) + max - logits[at + label];
      for (int c = 0; c < classes; c++) {
        if (allowed == null || allowed[c]) {
          double p = Math.exp(logits[at + c] - max) / sum;
          gradient[at + c] += (float) (scale * (c == label ? p - 1 : p));
        }
      }
    }
    return loss / count;
  }

  /**
   * {@code weight} times the mean over rows and classes of the squared distance to {@code targets}.
   *
   * @param targets row-major, one row per row
   * @return the mean without the weight
   */
  static double squaredDistance(
      Learner learner, int from, int count, double weight, float[] targets) {
    int classes = learner.classes();
    float[] logits = learner.logits();
    float[] gradient = learner.logitGradient();
    double n = (double) count * classes;
    double loss = 0;
    for (int i = 0; i < count * classes; i++) {
      double difference = (double) logits[from * classes + i] - targets[i];
      loss += difference * difference;
      gradient[from * classes + i] += (float) (weight * 2 * difference / n);
    }
    return loss / n;
  }

  /**
   * {@code weight} times the mean over the rows of the Kullback-Leibler divergence, in nats, of the
   * model's softened prediction from the targets': {@code KL(softmax(targets / T) || softmax(logits
   * / T))} over the classes with {@code allowed[c]} alone.
   *
   * @param targets logits, row-major, one row per row
   * @param temperature T, &gt; 0
   * @return the mean without the weight
   */
  static double distillation(
      Learner learner,
      int from,
      int count,
      double weight,
      float[] targets,
      double temperature,
      boolean[] allowed) {
    int classes = learner.classes();
    float[] gradient = learner.logitGradient();
    double scale = weight / count / temperature;
    double loss = 0;
    for (int i = 0; i < count; i++) {
      int at = (from + i) * classes;
      double[] wanted = logSoftmax(targets, i * classes, temperature, allowed);
      double[] given = logSoftmax(learner.logits(), at, temperature, allowed);
      for (int c = 0; c < classes; c++) {
        if (allowed[c]) {
          double p = Math.exp(wanted[c]);
          loss += p * (wanted[c] - given[c]);
          gradient[at + c] += (float) (scale * (Math.exp(given[c]) - p));
        }
      }
    }
    return loss / count;
  }

  private static double[] logSoftmax(
      float[] logits, int at, double temperature, boolean[] allowed) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < allowed.length; c++) {
      max = allowed[c] ? Math.max(max, logits[at + c]) : max;
    }
    double sum = 0;
    for (int c = 0; c < allowed.length; c++) {
      sum += allowed[c] ? Math.exp((logits[at + c] - max) / temperature) : 0;
    }
    double[] logs = new double[allowed.length];
    for (int c = 0; c < allowed.length; c++) {
      logs[c] = (logits[at + c] - max) / temperature - Math.log(sum);
    }
    return logs;
  }
}
