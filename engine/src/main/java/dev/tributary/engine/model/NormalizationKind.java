package dev.tributary.engine.model;

/** What fills a model's normalisation slots. */
public enum NormalizationKind {
  /** Batch normalisation: statistics over batch and space, running ones for evaluation. */
  BATCH,
  /** Group normalisation: statistics over space and a group of channels, per sample. */
  GROUP,
  /** Layer normalisation: statistics over space and all channels, per sample. */
  LAYER,
  /**
   * Instance normalisation: statistics over space alone, per sample and channel. Where there is
   * none, after dense layers and on images of one pixel, it is layer normalisation.
   */
  INSTANCE,
  /**
   * Continual normalisation (Pham, Liu and Hoi, "Continual Normalization: Rethinking Batch
   * Normalization for Online Continual Learning", ICLR 2022): group normalisation without scale and
   * shift, then batch normalisation.
   */
  CONTINUAL,
  /** {@link dev.tributary.engine.nn.AdaB2N}: batch normalisation that balances tasks. */
  ADAB2N,
  /** {@link dev.tributary.engine.nn.L1BatchNorm}: batch normalisation by absolute deviations. */
  L1_BATCH,
  /** Layer normalisation by absolute deviations, {@link dev.tributary.engine.nn.L1GroupNorm}. */
  L1_LAYER,
  /** No normalisation. */
  NONE
}
