package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Settings;

/**
 * CORE-like: alpha-BN, and after each batch one step that takes classes apart which the predictions
 * of the batch confuse.
 *
 * <p>F. You, J. Li, Z. Zhao: Test-time batch statistics calibration for covariate shift. 2021,
 * arXiv:2110.04065. <b>The loss is not verified</b>: the abstract says that the correlation of
 * pairs of classes is optimised online on top of alpha-BN; the formula was not at hand. {@link
 * CoreLoss} has candidates and says where each is from; no number got with them is the paper's.
 *
 * <pre>
 *   mu = alpha mu_s + (1 - alpha) mu_t,  var likewise
 *   L  = core(P),   P = softmax(z / T) in R^{BxK}
 *   gamma, beta &lt;- Adam(dL/dgamma, dL/dbeta)
 * </pre>
 *
 * <p><b>Symbols.</b> alpha: {@link Options#statistics}; core: {@link Options#loss}; T: {@link
 * Options#temperature}; Adam's rate: {@link Options#lr}.
 *
 * <p><b>Choices.</b> Inferred from {@link Tent}, whose protocol this line of work follows: gamma
 * and beta only, Adam at 0.001, one step a batch, the prediction from before it. The gradient goes
 * through mu_t and var_t with the factor 1 - alpha.
 *
 * <p><b>Cost.</b> That of {@link Tent}; the loss itself is linear in B K. The order of batches
 * matters. lr = 0 is {@link AlphaBn}. With a batch of one sample the classes are not correlated
 * over samples any more and each loss is a sharpening of that one prediction.
 */
public record Core(Options options) implements TestTimeAdapter {

  /**
   * Settings of this method.
   *
   * @param statistics how source and batch are mixed
   * @param lr the learning rate, &ge; 0 and finite
   * @param loss the loss
   * @param temperature what divides the logits before the softmax, &gt; 0
   */
  public record Options(AlphaBn.Options statistics, double lr, CoreLoss loss, double temperature) {
    /**
     * Reads what {@link AlphaBn} reads, {@code lr} (&ge; 0, default 0.001), {@code loss =
     * row-normalised | cosine | mcc | unnormalised} and {@code temperature} (&gt; 0, default 1, for
     * mcc 2).
     */
    public static Options from(Settings settings) {
      CoreLoss loss = settings.choice("loss", CoreLoss.ROW_NORMALISED);
      double temperature = settings.number("temperature", loss == CoreLoss.MCC ? 2 : 1);
      settings.require(
          temperature > 0 && Double.isFinite(temperature),
          "temperature",
          "a finite number > 0",
          temperature);
      return new Options(AlphaBn.Options.from(settings), Tent.rate(settings), loss, temperature);
    }
  }

  @Override
  public String id() {
    return "core";
  }

  @Override
  public Session open(Model model, ParameterVector source, Engine engine, int largestBatch) {
    return LiveSession.descending(
        options.statistics().mixed(model),
        source,
        engine,
        largestBatch,
        (logits, n, classes, gradient) ->
            options.loss().lossAndGradient(logits, n, classes, options.temperature(), gradient),
        options.lr());
  }
}
