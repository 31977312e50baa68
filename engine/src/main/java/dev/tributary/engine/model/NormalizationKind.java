package dev.tributary.engine.model;

/** What fills a model's normalisation slots. */
public enum NormalizationKind {
  /** Batch normalisation: statistics over batch and space, running ones for evaluation. */
  BATCH,
  /** Group normalisation: statistics over space and a group of channels, per sample. */
  GROUP,
  /** Layer normalisation: statistics over space and all channels, per sample. */
  LAYER,
  /** No normalisation. */
  NONE
}
