package dev.tributary.algorithms.federated;

import dev.tributary.algorithms.ClientRound;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.model.ConvolutionKind;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.optim.AdaptiveGradientClipping;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Step;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.Set;

/**
 * FedWon: federated learning without normalisation. Every normalisation layer is removed, every
 * convolution standardises its weights, and the local gradient is clipped unit by unit.
 *
 * <p>W. Zhuang, L. Lyu: FedWon: Triumphing Multi-domain Federated Learning Without Normalization.
 * ICLR 2024, arXiv:2306.05879. Weight standardisation and clipping: A. Brock, S. De, S. L. Smith,
 * K. Simonyan: High-Performance Large-Scale Image Recognition Without Normalization. ICML 2021,
 * arXiv:2102.06171.
 *
 * <pre>
 *   model:     What_i = g_i (W_i - mean W_i) / sqrt(max(N var W_i, eps)),   y = conv(x, What) + b
 *   client k:  per unit i:  G_i &lt;- G_i lambda max(||W_i||, eps') / ||G_i||   if ||G_i|| is above
 *              lambda max(||W_i||, eps');   then SGD
 *   server:    w &lt;- w + sum_k p_k (w_k - w)      of the raw W, g and b, never of What
 * </pre>
 *
 * <p><b>Symbols.</b> lambda: {@link Options#clip}; eps' = 1e-3; g: {@link Role#GAIN}; p_k: {@link
 * Options#weighting}. The standardisation is {@link dev.tributary.engine.nn.WeightStandardization},
 * the clip {@link AdaptiveGradientClipping}.
 *
 * <p><b>Choices</b> where the paper is silent. The clip acts before weight decay and momentum, on
 * every tensor, biases and the last layer included ({@code clip-biases}, {@code clip-last-layer}
 * take them out; the work that introduced the clip spares the last layer). The variance is biased.
 * The activation is scaled so that it keeps the variance of its input, as in the work that
 * introduced scaled weight standardisation; {@code model.activation-gain = off} is the plain one,
 * with which small networks start much more slowly. lambda depends on the batch size in the paper
 * (0.01 to 1.28); the default suits B = 32.
 *
 * <p><b>Cost.</b> One pass over weights and gradient per step for the clip, one over the kernels
 * for the standardisation; all parameters both ways; nothing kept at the client. Works at batch
 * size 1. clip = infinity is FedAvg on the same model to the bit.
 */
public record FedWon(Options options) implements FederatedAlgorithm {

  /** Settings below {@code algorithm}. */
  public record Options(
      double clip, boolean clipBiases, boolean clipLastLayer, Weighting weighting) {
    /**
     * Reads {@code clip} (&gt; 0, default 0.64, {@code infinity} switches it off), {@code
     * clip-biases}, {@code clip-last-layer} (both default true) and {@code weighting}.
     */
    public static Options from(Settings settings) {
      double clip = settings.number("clip", 0.64);
      settings.require(clip > 0, "clip", "a number > 0 or infinity", clip);
      return new Options(
          clip,
          settings.flag("clip-biases", true),
          settings.flag("clip-last-layer", true),
          Weighting.from(settings));
    }
  }

  @Override
  public String id() {
    return "fedwon";
  }

  @Override
  public ModelFilling filling() {
    return new ModelFilling(NormalizationKind.NONE, ConvolutionKind.WEIGHT_STANDARDIZED, true);
  }

  @Override
  public Set<Role> sharedRoles() {
    return Role.ofModels();
  }

  @Override
  public TrainingResult train(ClientRound round) {
    AdaptiveGradientClipping agc =
        new AdaptiveGradientClipping(
            round.start().layout(),
            options.clip(),
            AdaptiveGradientClipping.DEFAULT_EPS,
            !options.clipLastLayer(),
            !options.clipBiases());
    return round
        .training()
        .run(
            round.start(),
            new StepHook() {
              @Override
              public boolean needsGradient(int epoch, int batch) {
                return options.clip() != Double.POSITIVE_INFINITY;
              }

              @Override
              public void afterBackward(Step step) {
                agc.clip(step.gradient(), step.weights());
              }
            });
  }

  @Override
  public double weight(int examples) {
    return options.weighting().of(examples);
  }

  @Override
  public ParameterVector aggregate(ParameterVector weights, ParameterVector meanDelta) {
    return weights.plus(meanDelta);
  }
}
