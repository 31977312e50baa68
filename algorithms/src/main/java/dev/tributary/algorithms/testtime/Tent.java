package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Softmax;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.SourceWeight;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Settings;

/**
 * TENT: the statistics of the test batch, and after each batch one step that makes its predictions
 * more certain.
 *
 * <p>D. Wang, E. Shelhamer, S. Liu, B. Olshausen, T. Darrell: Tent: Fully Test-Time Adaptation by
 * Entropy Minimization. ICLR 2021, arXiv:2006.10726; code: DequanWang/tent.
 *
 * <pre>
 *   mu = mu_t,  var = var_t
 *   L  = -1/B sum_i sum_k p_ik log p_ik
 *   gamma, beta &lt;- Adam(dL/dgamma, dL/dbeta)
 * </pre>
 *
 * <p><b>Symbols.</b> Adam's rate: {@link #lr}; its constants are the usual ones, without weight
 * decay.
 *
 * <p><b>Choices.</b> As released: a batch is predicted by the weights before its own step, one step
 * a batch, the rate of 0.001 for CIFAR-10-C in batches of 200. Smaller batches want smaller rates.
 *
 * <p><b>Differences from the source.</b> Every normalisation's scale and shift moves, also that of
 * a group or layer normalisation beside batch normalisation. Running statistics stay where they
 * were, unused, rather than being dropped.
 *
 * <p><b>Cost.</b> A backward pass per batch and two numbers of Adam's for each of gamma and beta.
 * The order of batches matters, and errors can feed on themselves: on long or changing streams
 * reset from time to time ({@link ResetRule}). lr = 0 is {@link BnAdapt}.
 *
 * @param lr the learning rate, &ge; 0 and finite
 */
public record Tent(double lr) implements TestTimeAdapter {

  /** Reads {@code lr} (&ge; 0 and finite, default 0.001). */
  public static Tent from(Settings settings) {
    return new Tent(rate(settings));
  }

  static double rate(Settings settings) {
    double lr = settings.number("lr", 0.001);
    settings.require(lr >= 0 && Double.isFinite(lr), "lr", "a finite number >= 0", lr);
    return lr;
  }

  @Override
  public String id() {
    return "tent";
  }

  @Override
  public Session open(Model model, ParameterVector source, Engine engine, int largestBatch) {
    Model onBatchStatistics = model.adaptable(SourceWeight.fixed(0), false, false);
    return LiveSession.descending(
        onBatchStatistics, source, engine, largestBatch, Tent::entropy, lr);
  }

  /**
   * The mean entropy of the batch's predictions in nats, with H_i that of sample i:
   *
   * <pre>
   *   dL/dz_ik = -1/B p_ik (log p_ik + H_i)
   * </pre>
   *
   * @see dev.tributary.engine.training.UnlabelledLoss#lossAndGradient
   */
  static double entropy(double[] logits, int n, int classes, double[] gradient) {
    double loss = 0;
    double[] p = new double[n * classes];
    for (int i = 0; i < n; i++) {
      double entropy = Softmax.shares(logits, i * classes, classes, 1, p);
      loss += entropy / n;
      for (int k = i * classes; k < (i + 1) * classes; k++) {
        // p log p goes to 0 with p.
        double log = p[k] == 0 ? 0 : StrictMath.log(p[k]);
        gradient[k] = -p[k] * (log + entropy) / n;
      }
    }
    return loss;
  }
}
