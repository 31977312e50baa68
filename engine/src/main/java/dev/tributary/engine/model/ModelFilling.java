package dev.tributary.engine.model;

/**
 * How an algorithm wants a model's slots filled where the scenario does not say.
 *
 * @param normalization the normalisation layers
 * @param convolution the convolutions
 * @param activationGain whether activations are scaled to keep the variance of their input
 */
public record ModelFilling(
    NormalizationKind normalization, ConvolutionKind convolution, boolean activationGain) {
  /** The usual filling: batch normalisation after ordinary convolutions. */
  public static final ModelFilling BATCH_NORM =
      new ModelFilling(NormalizationKind.BATCH, ConvolutionKind.PLAIN, false);
}
