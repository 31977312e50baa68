package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.SourceWeight;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Settings;

/**
 * BN-adapt: batch normalisation with the statistics of the test batch, as far as they can be
 * trusted.
 *
 * <p>Z. Nado, S. Padhy, D. Sculley, A. D'Amour, B. Lakshminarayanan, J. Snoek: Evaluating
 * Prediction-Time Batch Normalization for Robustness under Covariate Shift. 2020, arXiv:2006.10963.
 * S. Schneider, E. Rusak, L. Eck, O. Bringmann, W. Brendel, M. Bethge: Improving robustness against
 * common corruptions by covariate shift adaptation. NeurIPS 2020, arXiv:2006.16971.
 *
 * <pre>
 *   mu  = N/(N+n) mu_s  + n/(N+n) mu_t
 *   var = N/(N+n) var_s + n/(N+n) var_t
 * </pre>
 *
 * <p><b>Symbols.</b> n: the samples of the batch; N: {@link Options#prior}, how many samples of the
 * batch the source's statistics count as. N = 0 is the batch alone, as in the first paper and in
 * what others call BN-adapt, norm or TBN.
 *
 * <p><b>Choices.</b> var_t divides by the number of values per channel, as training's normalisation
 * does; {@code unbiased} divides by one less. A last, smaller batch has its own n.
 *
 * <p><b>Cost.</b> One more pass over each layer's input. Nothing is kept from batch to batch, so
 * their order does not matter; their size and their mixture of classes do. Good with large batches
 * of one domain; with few samples, or with one class at a time, worse than {@link Source}. Where a
 * channel has one value (a normalised dense layer, a batch of one) and N = 0, the layer gives beta
 * whatever its input.
 */
public record BnAdapt(Options options) implements TestTimeAdapter {

  /** Settings of this method. */
  public record Options(double prior, boolean unbiased) {
    /** Reads {@code prior} (&ge; 0 and finite, default 0) and {@code unbiased} (default false). */
    public static Options from(Settings settings) {
      double prior = settings.number("prior", 0);
      settings.require(
          prior >= 0 && Double.isFinite(prior), "prior", "a finite number >= 0", prior);
      return new Options(prior, settings.flag("unbiased", false));
    }
  }

  @Override
  public String id() {
    return "bn-adapt";
  }

  @Override
  public Session open(Model model, ParameterVector source, Engine engine, int largestBatch) {
    SourceWeight weight = SourceWeight.prior(options.prior());
    return LiveSession.predicting(
        model.adaptable(weight, options.unbiased(), false), source, engine, largestBatch);
  }
}
