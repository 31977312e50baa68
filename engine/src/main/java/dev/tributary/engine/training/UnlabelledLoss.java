package dev.tributary.engine.training;

/** A loss of a batch's logits that needs no labels: what adaptation at test time descends. */
@FunctionalInterface
public interface UnlabelledLoss {

  /**
   * The loss and its gradient.
   *
   * @param logits [n, classes], row by row; not changed
   * @param n the number of samples, &ge; 1
   * @param classes the number of classes, &ge; 2
   * @param gradient written: the loss's derivative by each logit
   * @return the loss, in the loss's own unit
   */
  double lossAndGradient(double[] logits, int n, int classes, double[] gradient);
}
