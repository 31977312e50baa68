package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.SourceWeight;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.settings.Settings;

/**
 * alpha-BN: batch normalisation with a fixed mixture of the source's statistics and the test
 * batch's.
 *
 * <p>F. You, J. Li, Z. Zhao: Test-time batch statistics calibration for covariate shift. 2021,
 * arXiv:2110.04065.
 *
 * <pre>
 *   mu  = alpha mu_s  + (1 - alpha) mu_t
 *   var = alpha var_s + (1 - alpha) var_t
 *   y   = gamma (x - mu) / sqrt(var + eps) + beta
 * </pre>
 *
 * <p><b>Symbols.</b> alpha, the weight of the <em>source</em>: {@link Options#sourceWeight}. Some
 * other code calls the weight of the batch alpha; its 0.1 is 0.9 here.
 *
 * <p><b>Choices.</b> The default of 0.9 is recalled, not read in the paper. var_t divides by the
 * number of values per channel; published implementations read an unbiased one ({@code unbiased}),
 * which differs by one value per channel. No term for the distance of the means is added; {@code
 * mixture} adds alpha (1 - alpha) (mu_s - mu_t)^2, which makes var the variance of the mixture. A
 * layer's statistics are those of its input as the mixed layers before it give it, in one pass.
 *
 * <p><b>Cost.</b> One more pass over each layer's input; nothing is kept from batch to batch. Works
 * at any batch size, one included, which is what it is for. alpha = 1 is {@link Source} to the bit,
 * alpha = 0 {@link BnAdapt}.
 */
public record AlphaBn(Options options) implements TestTimeAdapter {

  /** Settings of this method. */
  public record Options(double sourceWeight, boolean unbiased, boolean mixture) {
    /**
     * Reads {@code source-weight} (in [0, 1], default 0.9), {@code unbiased} and {@code mixture}
     * (both default false).
     */
    public static Options from(Settings settings) {
      double weight = settings.number("source-weight", 0.9);
      settings.require(weight >= 0 && weight <= 1, "source-weight", "in [0, 1]", weight);
      return new Options(weight, settings.flag("unbiased", false), settings.flag("mixture", false));
    }

    /** The model with its statistics mixed so. */
    Model mixed(Model model) {
      return model.adaptable(SourceWeight.fixed(sourceWeight), unbiased, mixture);
    }
  }

  @Override
  public String id() {
    return "alpha-bn";
  }

  @Override
  public Session open(Model model, ParameterVector source, Engine engine, int largestBatch) {
    return LiveSession.predicting(options.mixed(model), source, engine, largestBatch);
  }
}
