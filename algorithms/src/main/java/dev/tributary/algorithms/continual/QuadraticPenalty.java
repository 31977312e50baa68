package dev.tributary.algorithms.continual;

import dev.tributary.engine.training.Learner;

/**
 * The gradient of {@code factor / 2 * sum_i importance_i (theta_i - anchor_i)^2}: what holds
 * weights in place that mattered to earlier tasks.
 */
final class QuadraticPenalty {
  private final double factor;
  private final float[] importance;
  private final float[] anchor;
  private final float[] weights;
  private final float[] gradient;

  /**
   * Over live arrays, which their owner may change between steps.
   *
   * @param factor &ge; 0; of 0 the gradient keeps its bits
   * @param importance of each trainable weight
   * @param anchor where each is pulled to
   */
  QuadraticPenalty(double factor, float[] importance, float[] anchor) {
    this.factor = factor;
    this.importance = importance;
    this.anchor = anchor;
    this.weights = new float[importance.length];
    this.gradient = new float[importance.length];
  }

  /** Adds the penalty's gradient to the learner's. */
  void addGradient(Learner learner) {
    if (factor == 0) {
      return;
    }
    learner.weights().copyOut(weights, weights.length);
    learner.gradient().copyOut(gradient, gradient.length);
    for (int i = 0; i < gradient.length; i++) {
      double pull = factor * importance[i] * ((double) weights[i] - anchor[i]);
      gradient[i] = (float) (gradient[i] + pull);
    }
    learner.gradient().copyIn(gradient, gradient.length);
  }
}
